"""A round of a debate: what a member is shown of the others, and what it makes of that."""
