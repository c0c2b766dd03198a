"""What Ray says of a lost actor, in one line."""

from typing import Final

__all__ = ["cause_of"]

LONGEST: Final = 300
"""Characters of Ray's words that are shown."""
HINT: Final = "does RAY_AUTH_MODE here match the cluster's?"


def cause_of(error: Exception) -> str:
    """Ray's own words, of a traceback its last line, and a hint where they hide the usual cause."""
    said = str(error).strip()
    line = said.splitlines()[-1] if "Traceback" in said else said
    words = " ".join(line.split())[:LONGEST]
    return f"{words} ({HINT})" if "never ran" in words else words
