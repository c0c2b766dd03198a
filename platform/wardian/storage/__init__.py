"""Parquet tables of a run: the user's data, derived from the journal."""
