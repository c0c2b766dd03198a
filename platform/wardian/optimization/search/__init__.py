"""How candidates are found and raced against each other."""
