"""Listening: keeping what the networks bring, and storing what it says."""
