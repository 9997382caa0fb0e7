"""What runs in the background.  Jobs are thin: find the thing, call the verb."""
