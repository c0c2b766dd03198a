"""Who plays the first block of a sweep: everybody, or those that a search asks for, told what came of others."""

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Choice", "Everybody"]


class Choice(Protocol):
    """Asked until it names nobody."""

    def ask(self) -> Sequence[int]:
        """The numbers of configurations to play together; may name one again. Nobody when it has seen enough."""
        ...

    def tell(self, means: Sequence[float | None]) -> None:
        """What came of those that were asked for last, in their order; None where nothing is known."""
        ...


class Everybody:
    """All configurations, at once."""

    def __init__(self, configs: int) -> None:
        self._left: Sequence[int] = range(configs)

    def ask(self) -> Sequence[int]:
        """All, once."""
        return self._left

    def tell(self, means: Sequence[float | None]) -> None:
        """There is nothing to learn from it."""
        self._left = ()
