"""What an API does, read from what one sync of a connector asked and was answered."""
