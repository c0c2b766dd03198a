"""Who asks a simulated model, as headers of their request say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

__all__ = ["Asker"]

PURPOSE: int = 2
"""So many parts of a step's name say which turn and what for: `t3/agent`. What follows is the seat on a panel."""


@dataclass(frozen=True, slots=True)
class Asker:
    """An episode's step, which one of the models of a panel may answer.

    Args:
        episode: its key; empty for somebody who tries the server by hand.
        task: its task.
        step: `t3/agent`, with the seat of who is asked in a fusion, such as `t3/agent/2`.
    """

    episode: str = ""
    task: str = ""
    step: str = ""

    @classmethod
    def of(cls, headers: Mapping[bytes, bytes]) -> Self:
        """The one that `headers` name."""
        names = (b"x-wardian-episode", b"x-wardian-task", b"x-wardian-step")
        return cls(*(headers.get(name, b"").decode("utf-8", "replace") for name in names))

    @property
    def seat(self) -> str:
        """Where a panel's member sits; empty for who is asked alone."""
        return "/".join(self.step.split("/")[PURPOSE:])
