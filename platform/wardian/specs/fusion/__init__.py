"""Several models that answer as one: everything that a YAML can say of it."""
