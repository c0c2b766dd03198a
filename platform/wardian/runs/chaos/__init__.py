"""Proving durability: which faults a run meets, and what has to hold in spite of them."""
