"""The champion against itself: how much noise there is, and what a campaign can hope for."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean, pstdev

from wardian.optimization.campaign.record import Preflight
from wardian.optimization.pairs import Pair
from wardian.scoring.statistics.pairs import paired_p_value
from wardian.specs.refinement import RefineSpec

__all__ = ["preflight_of"]

ALARM = 0.001
"""So unlikely a difference of the champion to itself is not believed to be chance."""
POWER = NormalDist().inv_cdf(0.8)


def preflight_of(pairs: Sequence[Pair], spec: RefineSpec, *, alpha: float, episodes: int) -> Preflight:
    """What `pairs` of the champion with itself say; `alpha` is what the first gate may spend."""
    found = [d for pair in pairs if (d := pair.difference(spec.metric)) is not None]
    sides = [side.values.get(spec.metric) for pair in pairs for side in (pair.champion, pair.candidate)]
    values = [value for value in sides if value is not None]
    success = fmean(values) if values else 0.0
    noise = pstdev(found) if found else 0.0
    reach = POWER - NormalDist().inv_cdf(alpha)
    return Preflight(
        pairs=len(found),
        success=success,
        noise=noise,
        false_alarm=bool(found) and paired_p_value([[d] for d in found]) < ALARM,
        detectable=reach * noise / sqrt(spec.gate.pairs),
        gate_pairs=min(spec.gate.pairs, round((reach * noise / (2 * spec.gate.delta_min)) ** 2)),
        episodes=episodes,
        warnings=_warnings(pairs, len(found), success),
    )


def _warnings(pairs: Sequence[Pair], complete: int, success: float) -> tuple[str, ...]:
    lost = len(pairs) - complete
    told = [f"{lost} of {len(pairs)} pairs have no result"] if lost else []
    if complete and success == 0.0:
        told.append("the champion never succeeds: every candidate may be as hopeless")
    return tuple(told)
