"""One file a rule: `look` is handed a draft as it was judged and yields what speaks against it."""
