"""Edits of an agent's texts: who proposes them, what they are, and what is refused before an episode is spent."""
