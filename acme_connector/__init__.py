"""A bizon source for the Acme API v2: the reference connector, which keeps every clause of the contract."""
