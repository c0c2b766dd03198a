"""What simulated models say of their own accord."""

from typing import Final

__all__ = ["GIVING_UP", "GOODBYE"]

GOODBYE: Final = "That is everything. Is there anything else that I can do for you?"
GIVING_UP: Final = (
    "I am sorry, I am not able to do that.",
    "Unfortunately I cannot help you any further with this.",
    "I am afraid that this is not possible. I hope that helps!",
)
"""Recognised in the history: a text that gives up is no step of the solution."""
