"""The gate on pairs: promote when betting on a gain has paid, give up when betting against one has."""

from collections.abc import Sequence
from math import exp, log

from wardian.base.bundle import Bundle
from wardian.base.errors import ConfigError
from wardian.optimization.gate.absence import Absence
from wardian.optimization.gate.level import Level
from wardian.optimization.gate.tally import Tally
from wardian.optimization.gate.verdict import GatePoint, GateVerdict, Ruling
from wardian.optimization.gate.wealth import Wealth
from wardian.optimization.pairs import Pair
from wardian.scoring.statistics import mcnemar
from wardian.specs.refinement import GateSpec

__all__ = ["PairGate"]

PLAIN = frozenset({"success"})
"""Metrics that are known to be 0 or 1 before the first pair: how alpha is divided must not depend on the pairs."""


class PairGate:
    """Implements `Gate`; see `docs/concepts/gate.md`. It ends behind `spec.pairs` draws at the latest.

    Args:
        spec: when a difference is believed.
        metric: what shall become better, in [0, 1].
        gate: which one in the prompt's lineage, from 1.
        seeds: the namespace of its seeds.
        champion: the version that stays unless the other one is better.
        candidate: the other one.
    """

    def __init__(self, spec: GateSpec, metric: str, gate: int, seeds: str, champion: Bundle, candidate: Bundle) -> None:
        self._spec, self._metric, self._gate, self._seeds = spec, metric, gate, seeds
        self._level = Level.of(spec.alpha, gate, plain=metric in PLAIN)
        self._gain, self._harm = Wealth(), Wealth(sign=-1.0)
        self._futility = Wealth(shift=spec.delta_min, sign=-1.0)
        self._tally, self._absence = Tally(), Absence(spec.coverage, spec.pairs)
        self._crossed = False
        self._p_value: float | None = None
        self._verdict: GateVerdict | None = None
        self._points: list[tuple[int, float, float, float, float]] = []

    @property
    def curve(self) -> Sequence[GatePoint]:
        """How the figures went, after every pair."""
        return tuple(
            GatePoint(pairs=pairs, log_e=log_e, log_futility=log_futility, delta=delta, coverage=coverage)
            for pairs, log_e, log_futility, delta, coverage in self._points
        )

    def step(self, pairs: Sequence[Pair]) -> GateVerdict | None:
        """Take the next pairs; the verdict as soon as there is one.

        Raises:
            ConfigError: the metric is not within [0, 1].
        """
        for pair in pairs:
            if self._verdict is not None:
                break
            self._take(pair)
            ruled = self._ruling()
            if ruled is not None:
                self._verdict = self._say(*ruled)
        return self._verdict

    def _take(self, pair: Pair) -> None:
        difference = pair.difference(self._metric)
        missing = {"champion": pair.champion.missing is not None, "candidate": pair.candidate.missing is not None}
        self._absence.add(**missing)
        if difference is None:
            return
        if not -1.0 <= difference <= 1.0:
            raise ConfigError(f"refine.metric: {self._metric} differs by {difference:g}; a gate needs one in [0, 1]")
        self._tally.add(difference)
        self._harm.add(difference)
        gain, futility = self._gain.add(difference), self._futility.add(difference)
        self._crossed = self._crossed or gain >= log(self._level.threshold)
        self._points.append((self._tally.pairs, gain, futility, self._tally.mean, self._absence.coverage))

    def _ruling(self) -> tuple[Ruling, str] | None:
        broken = self._absence.broken
        if broken:
            return "invalid", broken
        last = self._absence.draws >= self._spec.pairs
        if last and not self._absence.enough:
            return "invalid", f"{self._absence.lost} of {self._absence.draws} draws have no result"
        if self._crossed or (last and self._significant()):
            return ("promoted", "better") if self._absence.enough else None
        if self._futility.log >= -log(self._spec.alpha_futility) and self._absence.enough:
            return self._given_up()
        return ("inconclusive", "all pairs are played and no gain is shown") if last else None

    def _given_up(self) -> tuple[Ruling, str]:
        if self._harm.log >= -log(self._spec.alpha_futility):
            return "rejected", "worse"
        return "futile", f"a gain of {100 * self._spec.delta_min:g} points is not in sight"

    def _significant(self) -> bool:
        if not self._level.final or not self._tally.plain:
            return False
        better, worse = self._tally.better, self._tally.worse
        self._p_value = mcnemar(better, worse) / 2 if better > worse else 1.0
        return self._p_value <= self._level.final

    def _say(self, ruling: Ruling, why: str) -> GateVerdict:
        return GateVerdict(
            ruling=ruling,
            why=why,
            gate=self._gate,
            seeds=self._seeds,
            pairs=self._tally.pairs,
            missing_champion=self._absence.champion,
            missing_candidate=self._absence.candidate,
            missing_both=self._absence.both,
            alpha=self._level.alpha,
            e_value=exp(self._gain.log),
            threshold=self._level.threshold,
            futility=exp(self._futility.log),
            p_value=self._p_value,
            delta=self._tally.mean,
            raw_delta=self._tally.mean,
            low=-1.0,
            high=1.0,
        )
