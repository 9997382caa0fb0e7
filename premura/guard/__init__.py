"""The guard: what speaks against sending this?  Pure: a draft and its context in, findings out."""
