"""Brings an outbox to a store: the entries in order, from where the last delivery got to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from wardian.tracking.curves import Point
from wardian.tracking.outbox import Drawn, Ended, Entry, Opened, Outbox, Receipt, Sampled
from wardian.tracking.sample import SampledTrace
from wardian.tracking.shortfall import Shortfall
from wardian.tracking.summary import RunCard, Tracked

__all__ = ["Delivery", "TrackedRuns"]


class TrackedRuns(Protocol):
    """The runs of one job in an open store; every step may be repeated and leaves the same."""

    @property
    def experiment_id(self) -> str:
        """Where the runs are."""
        ...

    @property
    def run_id(self) -> str:
        """Of the job's own run."""
        ...

    @property
    def fresh(self) -> bool:
        """Whether the store did not know the job's run before."""
        ...

    def draw(self, points: Iterable[Point]) -> None:
        """Write points."""
        ...

    def trace(self, sampled: Sequence[SampledTrace]) -> None:
        """Write episodes as traces."""
        ...

    def finish(self, ended: Ended, *, keep: bool) -> None:
        """Write the final numbers, the artifacts if `keep`, and end the runs."""
        ...


class Delivery:
    """To the store at `uri`, of an outbox that is held. Blocks, and raises what the store raises.

    Args:
        outbox: the run's.
        uri: of the store, maybe with a password, which goes nowhere else.
        open_runs: finds or makes the runs of a card, begun at so many milliseconds since the epoch.
    """

    def __init__(self, outbox: Outbox, uri: str, open_runs: Callable[[str, RunCard, int], TrackedRuns]) -> None:
        self._outbox = outbox
        self._uri = uri
        self._open_runs = open_runs
        self._runs: TrackedRuns | None = None
        receipt = outbox.receipt
        self.shortfall = Shortfall(uri)
        self._receipt = receipt if receipt.store == self.shortfall.store else Receipt(store=self.shortfall.store)

    def deliver(self) -> None:
        """Bring everything that waits now."""
        if self.complete:
            return
        if self._runs is None and self._receipt.offset:
            self._find_runs()
        for entries, end in _together(self._outbox.entries(self._receipt.offset)):
            self._give(entries, end)
            self._confirm(end)

    @property
    def complete(self) -> bool:
        """Whether everything has arrived."""
        return self._receipt.offset == self._outbox.size

    @property
    def tracked(self) -> Tracked:
        """Where the run can be seen, and what is missing there."""
        arrived, receipt = self.complete and self._outbox.ended, self._receipt
        problem = None if arrived else self.shortfall.line("run", self._outbox.argument)
        uri = self.shortfall.store
        return Tracked(uri=uri, experiment_id=receipt.experiment_id, run_id=receipt.run_id, problem=problem)

    def _find_runs(self) -> None:
        """The runs that earlier deliveries have made; a store that lost them gets everything again."""
        before = (pair for pair in self._outbox.entries() if pair[1] <= self._receipt.offset)
        opened = [entry for entry, _ in before if isinstance(entry, Opened)][-1]
        self._open(opened)
        if self._runs is not None and self._runs.fresh:
            self._receipt = Receipt(store=self._receipt.store)

    def _open(self, opened: Opened) -> None:
        """The folder may have been moved since."""
        card = opened.card.model_copy(update={"folder": self._outbox.folder})
        self._runs = self._open_runs(self._uri, card, opened.at_ms)

    def _give(self, entries: list[Entry], end: int) -> None:
        first = entries[0]
        if isinstance(first, Opened):
            self._open(first)
            return
        assert self._runs is not None, "an outbox begins with Opened"  # noqa: S101  (ours: the type cannot say it)
        if isinstance(first, Ended):
            self._runs.finish(first, keep=end == self._outbox.size)
        elif isinstance(first, Sampled):
            self._runs.trace([entry.trace for entry in entries if isinstance(entry, Sampled)])
        else:
            self._runs.draw([entry.point for entry in entries if isinstance(entry, Drawn)])

    def _confirm(self, end: int) -> None:
        runs = self._runs
        known = {"experiment_id": runs.experiment_id, "run_id": runs.run_id} if runs else {}
        self._receipt = self._receipt.model_copy(update={"offset": end, **known})
        self._outbox.confirm(self._receipt)


def _together(entries: Iterable[tuple[Entry, int]]) -> Iterator[tuple[list[Entry], int]]:
    """Points or traces that follow one another as one batch, everything else alone, with the byte at which it ends."""

    def batch(pair: tuple[Entry, int]) -> str | int:
        entry, end = pair
        return entry.kind if isinstance(entry, Drawn | Sampled) else end

    for _, group in groupby(entries, batch):
        pairs = list(group)
        yield [entry for entry, _ in pairs], pairs[-1][1]
