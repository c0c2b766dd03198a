"""A plan that grows while it is played."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from wardian.episodes.record import EpisodeSpec
from wardian.runs.lull import Lull

__all__ = ["GrowingPlan"]


class GrowingPlan:
    """Episodes in the order in which they were added; what nobody has begun can be taken back.

    It has a lull whenever all of them are handed out, until it is closed. To be iterated once.

    Args:
        earlier: how many episodes of the run were played before it began.
    """

    def __init__(self, earlier: int = 0) -> None:
        self._waiting: OrderedDict[str, EpisodeSpec] = OrderedDict()
        self._lull = Lull()
        self._closed = False
        self._size = earlier

    def __iter__(self) -> Iterator[EpisodeSpec | Lull]:
        while self._waiting or not self._closed:
            yield self._waiting.popitem(last=False)[1] if self._waiting else self._lull

    def __len__(self) -> int:
        """How many episodes the run has so far, and one more as long as others may follow."""
        return self._size + (not self._closed)

    def add(self, specs: Iterable[EpisodeSpec]) -> None:
        """Let these wait behind the others; what waits already keeps its place."""
        before = len(self._waiting)
        for spec in specs:
            self._waiting.setdefault(spec.key, spec)
        added = len(self._waiting) - before
        self._size += added
        self._lull.end(added)

    def take_back(self, keys: Iterable[str]) -> list[str]:
        """Those of `keys` that nobody has begun, and that nobody will begin now."""
        taken = [key for key in keys if self._waiting.pop(key, None) is not None]
        self._size -= len(taken)
        return taken

    def close(self) -> None:
        """Nothing more is added."""
        self._closed = True
        self._lull.end()
