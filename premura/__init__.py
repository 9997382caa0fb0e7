"""Premura: social customer care, kept with care."""

__version__ = "0.1.0"
