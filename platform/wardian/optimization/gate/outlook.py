"""What a gate can find, and what that costs, before it is played."""

from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.base.frozen import Frozen
from wardian.optimization.gate.level import Level
from wardian.optimization.gate.stopping import StoppingRule
from wardian.scoring.statistics import mcnemar
from wardian.specs.refinement import GateSpec

__all__ = ["Forecast", "Outlook"]

POWER: Final = 0.8
HALVINGS: Final = 8
LONGEST: Final = 4_000
Chances = NDArray[np.float64]


class Forecast(Frozen):
    """What becomes of a candidate with a known gain: how likely it is promoted, and the pairs that takes on average."""

    power: float
    pairs: float


@dataclass(frozen=True)
class Outlook:
    """Forecasts of one gate, in milliseconds, for no pair is drawn: chances go along all ways that a gate can take.

    Args:
        spec: when a difference is believed.
        noise: the standard deviation of a pair's difference, as the champion against itself has it.
        gate: which one in the lineage.
        plain: whether the metric is 0 or 1.
    """

    spec: GateSpec
    noise: float
    gate: int = 1
    plain: bool = True

    @property
    def detectable(self) -> float:
        """The smallest gain that 8 of 10 gates promote, to half a point; 1 where they find none."""
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if self.forecast(middle).power >= POWER else (middle, high)
        return high

    def forecast(self, gain: float) -> Forecast:
        """What becomes of a candidate that gains so much, guardrails and missing results aside."""
        return _forecast(self.spec, self.noise, self.gate, self.plain, gain)


@lru_cache(maxsize=512)
def _forecast(spec: GateSpec, noise: float, gate: int, plain: bool, gain: float) -> Forecast:
    level = Level.of(spec.alpha, gate, plain=plain)
    squares = min(max(noise * noise + gain * gain, abs(gain) if plain else 0.0, 1 / spec.pairs), 1.0)
    size = 1.0 if plain else squares**0.5
    moving = squares / size**2
    steps = min(max(floor(moving * spec.pairs), 1), LONGEST)
    walk = _Walk(StoppingRule.of(spec, level), level, steps, size, moving)
    return walk.forecast((1 + gain / (moving * size)) / 2)


@dataclass(frozen=True, slots=True)
class _Walk:
    """At most so many steps of one size; each takes 1 / `moving` pairs. Graded differences all are of that size."""

    rule: StoppingRule
    level: Level
    steps: int
    size: float
    moving: float

    def forecast(self, up: float) -> Forecast:
        """Chances over places, step by step, `up` of them upwards."""
        promoted = self.rule.promoted(self.steps, self.size)
        given_up = self.rule.given_up(self.steps, self.size, 1 / self.moving)
        live: Chances = np.zeros(self.steps + 2)
        live[0] = 1.0
        power, taken = 0.0, 0.0
        for step in range(1, self.steps + 1):
            taken += live.sum()
            live[1:] = live[1:] * (1 - up) + live[:-1] * up
            live[0] *= 1 - up
            power += live[promoted[step] :].sum()
            live[promoted[step] :] = 0.0
            live[: given_up[step] + 1] = 0.0
        return Forecast(power=float(power + _tested(live, self.steps, self.level)), pairs=float(taken / self.moving))


def _tested(live: Chances, steps: int, level: Level) -> float:
    """The chance that the exact test at the end promotes."""
    if not level.final:
        return 0.0
    least = next(
        (ups for ups in range(steps // 2 + 1, steps + 1) if mcnemar(ups, steps - ups) / 2 <= level.final), None
    )
    return 0.0 if least is None else float(live[least:].sum())
