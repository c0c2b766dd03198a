"""How many answers become one: a file for each mode."""
