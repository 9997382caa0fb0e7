"""Patterns: what many messages say together that none of them says alone."""
