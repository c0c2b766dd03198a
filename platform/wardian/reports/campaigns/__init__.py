"""Campaigns of refinement, for people: what is kept of one, its lineage, and what a tracker is told."""
