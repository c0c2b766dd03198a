"""Who is best, and how sure that is."""

from collections.abc import Iterable, Sequence
from typing import Self

from wardian.reports.background import NOTHING, Background
from wardian.reports.calibration import calibration
from wardian.reports.standings import Comparison, Standing, Standings
from wardian.reports.tally import ArmTally
from wardian.scoring.result import Result
from wardian.scoring.statistics import holm, paired_difference, paired_p_value, worst_case_difference

__all__ = ["Leaderboard"]

Differences = list[list[float]]
"""Task by task: the differences of two arms on the same seeds."""


class Leaderboard:
    """Takes results one by one, in any order, and keeps a few numbers of each.

    Args:
        background: what the job says beside its results.
    """

    def __init__(self, background: Background = NOTHING) -> None:
        self._background = background
        self._arms: dict[str, ArmTally] = {}

    @classmethod
    def of(cls, results: Iterable[Result], background: Background = NOTHING) -> Self:
        """The leaderboard of `results`, which may be a generator of any length."""
        board = cls(background)
        for result in results:
            board.add(result)
        return board

    def add(self, result: Result) -> None:
        """Take one more result; the same episode twice counts once."""
        self._arms.setdefault(result.arm, ArmTally(result)).add(result)

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of all environments that were played."""
        return tuple(sorted({name for arm in self._arms.values() for name, _ in arm.tasks}))

    def standings(self, environment: str | None = None) -> Standings:
        """All arms, the best first, over `environment` or over everything; equals: the cheaper first."""
        playing = {name: arm for name, arm in self._arms.items() if arm.within(environment)}
        ranked = sorted((arm.standing(environment, self._background) for arm in playing.values()), key=_rank)
        scored = [standing.arm for standing in ranked if standing.success]
        return Standings(
            arms=tuple(ranked),
            comparisons=self._compare(scored, environment),
            environment=environment,
            own=self._background.own,
            calibration=calibration({arm: self._arms[arm].values for arm in scored}, environment, self._background.own),
        )

    def by_environment(self) -> tuple[Standings, ...]:
        """The standings of each environment, when there are several; () when one is all there is."""
        names = self.environments
        return tuple(self.standings(name) for name in names) if len(names) > 1 else ()

    def _compare(self, ranked: Sequence[str], environment: str | None) -> tuple[Comparison, ...]:
        """The best arm against each of the rest; those that share no task and seed with it are left out."""
        if not ranked:
            return ()
        best, *rest = ranked
        differences = {other: self._differences(best, other, environment) for other in rest}
        paired = {other: tasks for other, tasks in differences.items() if tasks}
        p_values = holm([paired_p_value(tasks) for tasks in paired.values()])
        return tuple(
            Comparison(
                best=best,
                other=other,
                difference=paired_difference(tasks),
                pairs=sum(map(len, tasks)),
                p_value=p_value,
                worst_case=self._bounds(best, other, environment),
            )
            for (other, tasks), p_value in zip(paired.items(), p_values, strict=True)
        )

    def _differences(self, best: str, other: str, environment: str | None) -> Differences:
        ours, theirs = self._arms[best].within(environment), self._arms[other].within(environment)
        tasks = [
            [
                outcome - theirs[key].outcomes[attempt]
                for attempt, outcome in task.outcomes.items()
                if attempt in theirs[key].outcomes
            ]
            for key, task in ours.items()
            if key in theirs
        ]
        return [task for task in tasks if task]

    def _bounds(self, best: str, other: str, environment: str | None) -> tuple[float, float]:
        """Those of the difference, over all tries that both have, with or without an outcome."""
        ours, theirs = self._arms[best].within(environment), self._arms[other].within(environment)
        return worst_case_difference(
            [
                (ours[key].outcome(attempt), theirs[key].outcome(attempt))
                for attempt in sorted(ours[key].planned & theirs[key].planned)
            ]
            for key in ours
            if key in theirs
        )


def _rank(standing: Standing) -> tuple[float, float, str]:
    success = standing.success.value if standing.success else -1.0
    return -success, float("inf") if standing.cost_usd is None else standing.cost_usd, standing.arm
