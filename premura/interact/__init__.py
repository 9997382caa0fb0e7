"""Answering: replies, moderation, and the work with colleagues that goes into them."""
