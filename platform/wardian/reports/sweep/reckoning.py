"""From a sweep's record and results to its report."""

from collections.abc import Iterable, Sequence

import numpy as np

from wardian.optimization.sweeps.elimination import adjusted
from wardian.optimization.sweeps.record import SweepRecord
from wardian.reports.sweep.effects import setting_effects
from wardian.reports.sweep.ledger import Ledger
from wardian.reports.sweep.standing import ConfigStanding, SweepReport
from wardian.scoring.result import Result
from wardian.scoring.statistics import Estimate, common_level, simultaneous_difference

__all__ = ["sweep_report"]


def sweep_report(run: str, record: SweepRecord, results: Iterable[Result]) -> SweepReport:
    """The report of the sweep in the run `run`, whose episodes came to `results`."""
    reckoning = _Reckoning(record, results)
    return SweepReport(
        run=run,
        agent=record.agent,
        metric=record.metric,
        ending=record.ending,
        level=1 - record.alpha,
        cells=record.cells,
        episodes=record.episodes,
        factorial=record.factorial,
        done=record.done,
        simulated=reckoning.ledger.simulated,
        best=reckoning.best_arm,
        standings=reckoning.standings(),
        effects=setting_effects(record, reckoning.ledger),
    )


class _Reckoning:
    def __init__(self, record: SweepRecord, results: Iterable[Result]) -> None:
        self._record = record
        self._arms = [*(each.name for each in record.configs), *record.beside]
        self.ledger = Ledger(self._arms, record.metric, results)
        self._best = self._first()
        self._levels = self._blocks()

    @property
    def best_arm(self) -> str | None:
        return None if self._best is None else self._arms[self._best]

    def standings(self) -> tuple[ConfigStanding, ...]:
        """The best first."""
        played = [row for row in range(len(self._arms)) if row >= len(self._record.configs) or row in self._levels]
        found = [self._standing(row) for row in played]
        front = _front(found)
        marked = [each.model_copy(update={"front": each.arm in front}) for each in found]
        return tuple(sorted(marked, key=_rank))

    def _first(self) -> int | None:
        """Who is ahead of those that played to the end; the cheaper one of two that are alike."""
        rows = [each.number for each in self._record.finalists]
        if not rows:
            return None
        columns = self.ledger.together(rows)
        scores = adjusted(self.ledger.values[np.ix_(np.array(rows), np.flatnonzero(columns))])
        costs = [self._own_cost(row) for row in rows]
        ranked = sorted(zip(-scores, [np.inf if cost is None else cost for cost in costs], rows, strict=True))
        return ranked[0][2]

    def _blocks(self) -> dict[int, float]:
        """For every configuration the level of its difference: by those that played its last block with it.

        A configuration may have been dropped after any block, so they share alpha; the last one, in which the best are
        compared, has half of it.
        """
        levels: dict[int, float] = {}
        *before, last = self._record.blocks or (None,)
        for block in (*before, last):
            if block is not None:
                part = 1.0 if not before else 0.5 if block is last else 0.5 / len(before)
                means = self.ledger.rows_by_task(block.configs, self.ledger.together(block.configs))
                levels.update(dict.fromkeys(block.configs, common_level(means, part * self._record.alpha)))
        return levels

    def _standing(self, row: int) -> ConfigStanding:
        configs = self._record.configs
        ledger, config = self.ledger, configs[row] if row < len(configs) else None
        dropped = next((each.why for each in self._record.dropped if each.config == row), None)
        difference = self._versus_best(row)
        played = ledger.played[row]
        return ConfigStanding(
            arm=self._arms[row],
            settings={} if config is None else config.settings,
            episodes=int(played.sum()),
            missing=int((played & np.isnan(ledger.values[row])).sum()),
            value=self._value(row, difference),
            versus_best=difference,
            cost_usd=self._cost(row),
            dropped=dropped,
        )

    def _versus_best(self, row: int) -> Estimate | None:
        if self._best is None or row == self._best:
            return None
        ledger = self.ledger
        columns = ledger.together([row, self._best])
        tasks = ledger.by_task(ledger.values[row] - ledger.values[self._best], columns)
        level = self._levels.get(row, min(self._levels.values()))
        return simultaneous_difference(tasks, level) if len(tasks) else None

    def _value(self, row: int, difference: Estimate | None) -> float | None:
        base = row if self._best is None or difference is None else self._best
        tasks = self.ledger.by_task(self.ledger.values[base], self.ledger.played[base])
        if not len(tasks):
            return None
        mean = float(tasks.mean())
        return mean if base == row or difference is None else min(max(mean + difference.value, 0.0), 1.0)

    def _own_cost(self, row: int) -> float | None:
        """An episode's, on what it has played."""
        costs = self.ledger.costs[row][self.ledger.played[row]]
        return float(costs.mean()) if len(costs) and not np.isnan(costs).any() else None

    def _cost(self, row: int) -> float | None:
        """An episode's, on all that the best one played: what both did says how much dearer this one is."""
        cost, best = self._own_cost(row), self._best
        if cost is None or best is None:
            return cost
        costs = self.ledger.costs[best]
        shared, whole = costs[self.ledger.together([row, best])], costs[self.ledger.played[best]]
        return cost * float(whole.mean() / shared.mean()) if len(shared) and shared.mean() > 0 else cost


def _front(standings: Sequence[ConfigStanding]) -> set[str]:
    """Those that no other one beats at no higher price."""
    front, reached = set[str](), float("inf")
    for _, loss, arm in sorted(point for each in standings if (point := _place(each)) is not None):
        if loss < reached:
            front.add(arm)
            reached = loss
    return front


def _place(standing: ConfigStanding) -> tuple[float, float, str] | None:
    """What it costs and what it fails at; None for arms beside the sweep, and where one of the two is not known."""
    value, cost = standing.value, standing.cost_usd
    known = standing.settings and standing.telling
    return None if not known or value is None or cost is None else (cost, -value, standing.arm)


def _rank(standing: ConfigStanding) -> tuple[bool, bool, int, float, float]:
    """Configurations first; of those that played as much, the better, then the cheaper one."""
    cost = float("inf") if standing.cost_usd is None else standing.cost_usd
    value = -1.0 if standing.value is None else standing.value
    return not standing.settings, standing.dropped is not None, -standing.episodes, -value, cost
