"""What a judge is worth, measured on candidates of which somebody knows the right ones."""
