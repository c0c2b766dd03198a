"""The failures of a run: collected from its records beside those of the reference, and laid out."""
