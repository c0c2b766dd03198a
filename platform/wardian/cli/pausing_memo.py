"""A memo whose disk may be the reason to pause the run."""

from typing import Generic, TypeVar

from wardian.cli.halt import Halt
from wardian.optimization.proposals.proposer import Memo
from wardian.runs.pausing import Pause

__all__ = ["PausingMemo"]

T = TypeVar("T")


class PausingMemo(Generic[T]):
    """Keeps in `inner`; where that takes nothing more, the run is paused, and nobody uses what was not kept.

    Args:
        inner: what keeps.
        halt: pauses the run.
    """

    def __init__(self, inner: Memo[T], halt: Halt) -> None:
        self._inner = inner
        self._halt = halt

    async def get(self, key: str) -> T | None:
        """What came of it before."""
        return await self._inner.get(key)

    async def put(self, key: str, value: T) -> None:
        """Keep what was paid for; returns when it is kept, and never when the store does not take it."""
        try:
            await self._inner.put(key, value)
        except OSError as error:
            await self._halt.for_ever(Pause(reason="disk", model="", message=str(error)))
