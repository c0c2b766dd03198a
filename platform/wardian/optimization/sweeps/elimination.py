"""Which configurations go on after a block. What is decided depends on the results alone, never on their order."""

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from wardian.optimization.sweeps.record import Dropped
from wardian.specs.sweeps import SweepSpec

__all__ = ["Elimination", "Halving", "Nobody", "Numbers", "Safe", "adjusted", "elimination"]

Numbers = NDArray[np.float64]
"""One row for each configuration, one column for each cell; NaN is missing, or not played."""
LAMBDAS: Final = np.array([0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8])
"""The bets of an e-process, mixed evenly, as in the gate."""
FINALISTS: Final = 2
"""So many are compared to the end: one alone would have nobody to be better than."""
COVERED: Final = 0.5
"""The share of a configuration's episodes that must have a result, or nothing is known of it."""


class Elimination(Protocol):
    """Asked after each block."""

    def drop(self, values: Numbers, costs: Numbers, alive: Sequence[int], begin: int) -> Sequence[Dropped]:
        """Who goes.

        Args:
            values: the metric, of all configurations in all cells played so far; those from `begin` on are new.
            costs: in US dollars; NaN where unknown.
            alive: the configurations that played them.
            begin: the first new cell.
        """
        ...


class Nobody:
    """All play everything."""

    def drop(self, values: Numbers, costs: Numbers, alive: Sequence[int], begin: int) -> Sequence[Dropped]:
        """Nobody."""
        return ()


class Halving:
    """The better half goes on, the cheaper of two that are alike; the last two to the end.

    Args:
        cells: how many each configuration could play; behind the last one nobody needs to go any more.
    """

    def __init__(self, cells: int) -> None:
        self._cells = cells

    def drop(self, values: Numbers, costs: Numbers, alive: Sequence[int], begin: int) -> Sequence[Dropped]:
        """The lower half, and those of which nothing is known."""
        cells, known = values.shape[1], _known(values, alive)
        lost = [Dropped(config=each, cells=cells, why="missing") for each in alive if each not in known]
        if cells == self._cells:
            return lost
        scores = dict(zip(known, adjusted(values[known]), strict=True)) if known else {}
        prices = dict(zip(known, adjusted(costs[known]), strict=True)) if known else {}
        ranked = sorted(known, key=lambda each: (-scores[each], _dear(prices[each]), each))
        stay = max(FINALISTS, -(-len(ranked) // 2))
        return (*lost, *(Dropped(config=each, cells=cells, why="behind") for each in ranked[stay:]))


class Safe:
    """One goes when it is shown that another would be ahead of it if both played everything.

    Cells are drawn without replacement, so their remaining ones make up for what was seen: if i would be no worse than
    j over all N cells, then after t of them, in which j was ahead by S in all, the expected difference in the next one
    is at most -S / (N - t). The e-process bets against that, on whoever was ahead before each cell, and i goes when it
    reaches K/alpha for K configurations. So the chance that any that is best in all cells is dropped is at most alpha,
    whenever one looks (Ville's inequality). The device is that of Waudby-Smith and Ramdas, "Estimating means of bounded
    random variables by betting" (2024), section 5.

    Args:
        alpha: see above.
        configs: how many there are.
        cells: how many each of them could play.
    """

    def __init__(self, alpha: float, configs: int, cells: int) -> None:
        self._threshold = configs / alpha
        self._cells = cells
        self._logs = np.zeros((configs, len(LAMBDAS)))
        self._peaks = np.ones(configs)

    def drop(self, values: Numbers, costs: Numbers, alive: Sequence[int], begin: int) -> Sequence[Dropped]:
        """Those that are shown to be worse, and those of which nothing is known."""
        cells, known, rows = values.shape[1], _known(values, alive), np.asarray(alive)
        for cell in range(begin, cells):
            self._bet(values[rows, : cell + 1], rows)
        worse = [each for each in known if self._peaks[each] >= self._threshold]
        if len(worse) == len(known):  # they cannot all be: the best so far stays
            worse.remove(max(known, key=lambda each: (-self._peaks[each], -each)))
        lost = [Dropped(config=each, cells=cells, why="missing") for each in alive if each not in known]
        shown = [Dropped(config=each, cells=cells, why="worse", e_value=float(self._peaks[each])) for each in worse]
        return (*lost, *shown)

    def _bet(self, seen: Numbers, rows: NDArray[np.intp]) -> None:
        """Take the last cell of `seen`; who was ahead is known from those before."""
        before, now = seen[:, :-1], seen[:, -1]
        if not before.shape[1]:
            return
        leader = int(np.argmax(adjusted(before)))
        ahead = np.nansum(before[leader] - before, axis=1)
        next_ = now[leader] - now + ahead / (self._cells - before.shape[1])
        bets = np.isfinite(next_) & (ahead >= 0)
        self._logs[rows[bets]] += np.log1p(np.outer(next_[bets], LAMBDAS))
        e_values = np.exp(self._logs[rows[bets]]).mean(axis=1)
        self._peaks[rows[bets]] = np.maximum(self._peaks[rows[bets]], e_values)


def elimination(spec: SweepSpec, configs: int, cells: int) -> Elimination:
    """What the sweep says."""
    if spec.ending == "safe":
        return Safe(spec.alpha, configs, cells)
    return Halving(cells) if spec.ending == "halving" else Nobody()


def adjusted(values: Numbers) -> Numbers:
    """The mean of each row, as it would be if none had cells missing that are easier or harder than others.

    Every cell's values are taken relative to its mean over the rows; a row without any value is last.
    """
    filled = np.where(np.isnan(values), 0.0, values)
    there = ~np.isnan(values)
    share = filled.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    relative = np.where(there, values - share, 0.0).sum(axis=1)
    counts = there.sum(axis=1)
    means = np.divide(relative, counts, out=np.full(len(values), -np.inf), where=counts > 0)
    return np.asarray(means + (share[there.any(axis=0)].mean() if there.any() else 0.0))


def _known(values: Numbers, alive: Sequence[int]) -> list[int]:
    """Those with enough results to say something."""
    there = (~np.isnan(values)).sum(axis=1)
    return [each for each in alive if there[each] >= COVERED * values.shape[1]]


def _dear(price: float) -> float:
    """An unknown price is the highest."""
    return float(price) if np.isfinite(price) else float("inf")
