"""What came of it: outcome, satisfaction, community."""
