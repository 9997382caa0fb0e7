"""Preparing: the brand, its people and its channels, before anybody writes."""
