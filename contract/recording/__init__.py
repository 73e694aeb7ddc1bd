"""Recordings of real exchanges, by vcrpy."""
