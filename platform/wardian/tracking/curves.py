"""Numbers that move while a run goes on, as points on curves.

They have the names of the final numbers, which take their place in the end.
"""

from collections.abc import Iterator

from wardian.base.frozen import Frozen
from wardian.scoring.result import Result

__all__ = ["Curves", "Point"]

POINTS = 50
"""About so many points a curve, however long the run is."""


class Point(Frozen):
    """Values after `step` judged episodes of `arm` (None: of the whole run).

    Everything in it follows from the results, so that a resumed run makes the same points again.
    """

    arm: str | None
    step: int
    at_ms: int
    values: dict[str, float]


class Curves:
    """Running means and totals of every arm and of the whole run; missing episodes do not count."""

    def __init__(self, episodes: int, arms: int) -> None:
        self._tallies: dict[str | None, _Tally] = {}
        self._every_of_arm = max(1, episodes // max(1, arms) // POINTS)
        self._every = max(1, episodes // POINTS)
        self.simulated: set[str] = set()

    def add(self, result: Result) -> Iterator[Point]:
        """Take one result; the points that are due now."""
        if result.simulated:
            self.simulated.add(result.arm)
        if "success" not in result.values:
            return
        for curve, every in ((result.arm, self._every_of_arm), (None, self._every)):
            tally = self._tallies.setdefault(curve, _Tally())
            tally.add(result)
            if tally.episodes % every == 0:
                yield self._point(curve, tally)

    def last(self) -> Iterator[Point]:
        """Where every curve ends, whether a point was due there or not."""
        for curve, tally in self._tallies.items():
            yield self._point(curve, tally)

    def episodes(self, arm: str | None) -> int:
        """How many judged episodes of `arm` there were."""
        return self._tallies[arm].episodes if arm in self._tallies else 0

    def _point(self, curve: str | None, tally: "_Tally") -> Point:
        values = tally.totals() if curve is None else tally.means() | tally.totals()
        return Point(arm=curve, step=tally.episodes, at_ms=tally.at_ms, values=values)


class _Tally:
    """Sums over the episodes of one curve."""

    def __init__(self) -> None:
        self.episodes = 0
        self.at_ms = 0
        self._success = 0.0
        self._turns = 0
        self._tokens = 0
        self._cost_usd: float | None = 0.0

    def add(self, result: Result) -> None:
        self.episodes += 1
        self.at_ms = int(result.ended_at * 1000)
        self._success += result.values["success"]
        self._turns += result.calls
        self._tokens += result.tokens
        cost = result.cost_usd
        self._cost_usd = None if cost is None or self._cost_usd is None else self._cost_usd + cost

    def totals(self) -> dict[str, float]:
        """What the episodes use up."""
        values = {"episodes": float(self.episodes), "total_tokens": float(self._tokens)}
        if self._cost_usd is not None:
            values["total_cost_usd"] = round(self._cost_usd, 9)
        return values

    def means(self) -> dict[str, float]:
        """What an episode is like; a mean over several arms would say nothing."""
        return {"success": self._success / self.episodes, "turns": self._turns / self.episodes}
