"""Budgets: what may be spent is reserved before, settled afterwards, and written down in between."""
