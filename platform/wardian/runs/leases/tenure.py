"""Whose turn it is to coordinate a run."""

import math
from collections.abc import Container
from dataclasses import dataclass

__all__ = ["Tenure"]


@dataclass(frozen=True, slots=True)
class Tenure:
    """One process that plays the run.

    Args:
        epoch: higher than that of everybody before.
        finished: keys of episodes that have a result.
        lasting: whether workers outlive this process, for the next one to find them.
        inherited: whether somebody before was lost while they played: workers of theirs may go on unseen.
        planned: how many episodes are to be played, if anybody knows.
    """

    epoch: int = 1
    finished: Container[str] = frozenset()
    lasting: bool = False
    inherited: bool = False
    planned: float = math.inf
