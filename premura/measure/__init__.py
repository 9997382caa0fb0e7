"""Measuring: how we are, in figures that anybody can check."""
