"""Several models that answer as one: a fusion is a model like any other."""
