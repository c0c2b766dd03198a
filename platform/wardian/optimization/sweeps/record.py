"""A sweep as a value: who was compared, who went when, and why."""

from typing import Literal

from wardian.base.frozen import Frozen
from wardian.optimization.sweeps.flat import Config
from wardian.specs.sweeps import SweepEnding

__all__ = ["Block", "Dropped", "SweepRecord"]

Why = Literal["behind", "worse", "missing"]
"""`behind`: in the lower half, which says little of one alone. `worse`: shown by an e-process. `missing`: fewer than
half of its episodes have a result, so nothing is known of it."""


class Block(Frozen):
    """What was played at one go.

    Args:
        cells: episodes of each configuration up to its end.
        configs: the numbers of those that played it.
    """

    cells: int
    configs: tuple[int, ...]


class Dropped(Frozen):
    """A configuration that does not go on: its number, after how many episodes, why, and the e-value against it."""

    config: int
    cells: int
    why: Why
    e_value: float | None = None


class SweepRecord(Frozen):
    """A sweep so far, or at its end: a function of its job and the results.

    Args:
        agent: the one that is varied.
        metric: what is compared.
        ending: how configurations are dropped.
        alpha: what `safe` and the report's intervals may be wrong by.
        configs: all of them.
        beside: other arms, which play what is played.
        cells: episodes that a configuration plays at most.
        blocks: those that are complete.
        dropped: in the order in which they went.
        episodes: that were played of configurations.
        done: whether there is nothing left to play.
    """

    agent: str
    metric: str
    ending: SweepEnding
    alpha: float
    configs: tuple[Config, ...]
    beside: tuple[str, ...] = ()
    cells: int
    blocks: tuple[Block, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    episodes: int = 0
    done: bool = False

    @property
    def factorial(self) -> int:
        """What it would be if all played everything."""
        return len(self.configs) * self.cells

    @property
    def finalists(self) -> tuple[Config, ...]:
        """Those that were never dropped, of those that were played."""
        gone = {each.config for each in self.dropped}
        played = {number for block in self.blocks for number in block.configs}
        return tuple(each for each in self.configs if each.number in played - gone)

    @property
    def played(self) -> dict[int, int]:
        """Episodes that each configuration has played, by its number; none of those that Optuna never asked for."""
        return {number: block.cells for block in self.blocks for number in block.configs}
