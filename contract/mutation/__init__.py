"""Mutants of a connector: small changes of its code, each of which its contract should notice."""
