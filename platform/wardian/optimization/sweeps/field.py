"""Where the configurations of a sweep meet: the same tasks with the same seeds, in an order that says nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from wardian.base.identity import random_stream
from wardian.episodes.record import AgentRef, EpisodeSpec
from wardian.specs.sweeps import SweepEnding, SweepSpec

__all__ = ["Field", "Order"]

FEWEST = 4
"""Episodes in a first block that nobody has chosen."""


@dataclass(frozen=True)
class Field:
    """All episodes of a sweep.

    Args:
        arms: one for each configuration, in their order.
        beside: arms that are compared with them and never dropped.
        cells: an episode of somebody for each task, seed and environment, in the order in which they are played.
    """

    arms: tuple[AgentRef, ...]
    beside: tuple[AgentRef, ...]
    cells: tuple[EpisodeSpec, ...]

    @classmethod
    def of(cls, planned: Iterable[EpisodeSpec], arms: Sequence[AgentRef], configs: int, order: "Order") -> "Field":
        """That of a flat job: `planned` are the episodes of one of its `arms`, which begin with the configurations."""
        return cls(tuple(arms[:configs]), tuple(arms[configs:]), tuple(order.shuffled(planned)))

    def specs(self, configs: Iterable[int], begin: int, end: int) -> list[EpisodeSpec]:
        """The episodes of these configurations, and of all beside them, from cell `begin` to before `end`.

        The arms of a cell stand next to each other.
        """
        arms = [*(self.arms[number] for number in configs), *self.beside]
        return [
            EpisodeSpec(environment=cell.environment, task=cell.task, agent=arm, seed=cell.seed, repeat=cell.repeat)
            for cell in self.cells[begin:end]
            for arm in arms
        ]


@dataclass(frozen=True)
class Order:
    """In which order cells are played, and where blocks end.

    Args:
        ending: how configurations are dropped. What `safe` says holds for a draw among all cells, so they are all
            shuffled together; the others play every task once before any is played again.
        block: cells of the first block; None for an eighth.
        seed: of the job.
    """

    ending: SweepEnding
    block: int | None
    seed: int

    @classmethod
    def by(cls, spec: SweepSpec, seed: int) -> "Order":
        """What the sweep says."""
        return cls(spec.ending, spec.block, seed)

    def shuffled(self, cells: Iterable[EpisodeSpec]) -> Iterator[EpisodeSpec]:
        """The cells in their order."""
        stream = random_stream(self.seed, "sweep", "order")
        for _, together in groupby(cells, key=lambda cell: 0 if self.ending == "safe" else cell.repeat):
            shuffled = list(together)
            stream.shuffle(shuffled)
            yield from shuffled

    def ends(self, cells: int) -> tuple[int, ...]:
        """The number of cells up to the end of each block."""
        if self.ending == "full":
            return (cells,)
        first = min(self.block or max(FEWEST, ceil(cells / 8)), cells)
        ends = [first]
        while ends[-1] < cells:
            ends.append(min(cells, ends[-1] + (first if self.ending == "safe" else ends[-1])))
        return tuple(ends)
