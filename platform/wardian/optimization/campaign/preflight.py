"""The champion against itself: how much noise there is, and what a campaign can hope for."""

from collections.abc import Sequence
from math import inf
from statistics import fmean, pstdev

from wardian.base.dollars import total_usd
from wardian.optimization.campaign.record import Preflight
from wardian.optimization.gate.level import is_plain
from wardian.optimization.gate.outlook import Outlook
from wardian.optimization.pairs import Pair, value_of
from wardian.scoring.statistics.pairs import paired_p_value
from wardian.specs.refinement import RefineSpec

__all__ = ["preflight_of", "price_of"]

ALARM = 0.001
"""So unlikely a difference of the champion to itself is not believed to be chance."""


def price_of(pairs: Sequence[Pair]) -> tuple[float | None, float]:
    """The mean dollars and tokens of an episode; no dollars where a price is unknown."""
    results = [side for pair in pairs for side in (pair.champion, pair.candidate)]
    usd = total_usd(result.cost_usd for result in results)
    return None if usd is None else usd / len(results), fmean(result.tokens for result in results)


def preflight_of(pairs: Sequence[Pair], spec: RefineSpec, *, gate: int, episodes: int) -> Preflight:
    """What `pairs` of the champion with itself say; `gate` is the number of the first one in the lineage."""
    found = [d for pair in pairs if (d := pair.difference(spec.metric)) is not None]
    sides = [value_of(side, spec.metric) for pair in pairs for side in (pair.champion, pair.candidate)]
    values = [value for value in sides if value is not None]
    success = fmean(values) if values else 0.0
    noise = pstdev(found) if found else 0.0
    outlook = Outlook(spec.gate, noise, gate, plain=is_plain(spec.metric))
    return Preflight(
        pairs=len(found),
        success=success,
        noise=noise,
        false_alarm=bool(found) and paired_p_value([[d] for d in found]) < ALARM,
        detectable=outlook.detectable,
        gate_pairs=round(outlook.forecast(2 * spec.gate.delta_min).pairs),
        episodes=episodes,
        cost_usd=_most(episodes, price_of(pairs)[0], spec.budget.usd),
        warnings=_warnings(pairs, len(found), success),
    )


def _most(episodes: int, usd: float | None, limit: float | None) -> float | None:
    """What so many episodes cost at a price, and no more than may be spent."""
    return None if usd is None else min(episodes * usd, limit or inf)


def _warnings(pairs: Sequence[Pair], complete: int, success: float) -> tuple[str, ...]:
    lost = len(pairs) - complete
    told = [f"{lost} of {len(pairs)} pairs have no result"] if lost else []
    if complete and success == 0.0:
        told.append("the champion never succeeds: every candidate may be as hopeless")
    return tuple(told)
