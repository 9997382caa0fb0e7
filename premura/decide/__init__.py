"""What comes first, who, how soon, and what belongs together."""
