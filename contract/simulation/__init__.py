"""What the API, the network and time do, without a socket."""
