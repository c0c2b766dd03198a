"""The gate on pairs: promote when betting on a gain has paid, give up when betting against one has."""

from collections.abc import Sequence
from math import exp, log

from wardian.base.bundle import Bundle
from wardian.base.errors import ConfigError
from wardian.optimization.gate.absence import Absence
from wardian.optimization.gate.claim import claim
from wardian.optimization.gate.guardrails import Guardrails
from wardian.optimization.gate.interval import LEVEL, interval
from wardian.optimization.gate.level import Level, is_plain
from wardian.optimization.gate.simplification import Simplification
from wardian.optimization.gate.stopping import StoppingRule
from wardian.optimization.gate.tally import Tally
from wardian.optimization.gate.verdict import GatePoint, GateVerdict, Ruling
from wardian.optimization.gate.wealth import Wealth
from wardian.optimization.pairs import Pair
from wardian.scoring.statistics import mcnemar
from wardian.specs.refinement import GateSpec

__all__ = ["PairGate"]

STANDING = log(2 / (1 - LEVEL))
"""The wealth at which the interval of the gain lies above 0."""
LARGEST = 700.0
"""The log of the largest wealth that is written down: a float holds not much more."""


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
        self._level = Level.of(spec.alpha, gate, plain=is_plain(metric))
        self._rule = StoppingRule.of(spec, self._level)
        self._gain, self._harm = Wealth(), Wealth(sign=-1.0)
        self._futility = Wealth(shift=spec.delta_min, sign=-1.0)
        self._tally, self._absence = Tally(), Absence(spec.coverage, spec.pairs)
        self._guardrails = Guardrails(spec.guardrails, metric)
        self._simpler = Simplification(spec, self._level.alpha, champion, candidate)
        self._crossing: Tally | None = None
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

    def stop(self, why: str) -> GateVerdict:
        """No more pairs come: inconclusive, unless there is a verdict."""
        if self._verdict is None:
            self._verdict = self._say("inconclusive", why)
        return self._verdict

    def _take(self, pair: Pair) -> None:
        difference = pair.difference(self._metric)
        champion, candidate = pair.lacks(self._metric)
        self._absence.add(champion=champion, candidate=candidate)
        if difference is None:
            return
        if not -1.0 <= difference <= 1.0:
            raise ConfigError(f"refine.metric: {self._metric} differs by {difference:g}; a gate needs one in [0, 1]")
        self._tally.add(difference)
        self._guardrails.add(pair, difference)
        self._simpler.add(pair, difference)
        self._harm.add(difference)
        gain, futility = self._gain.add(difference), self._futility.add(difference)
        if self._crossing is None and gain >= self._rule.promote:
            self._crossing = self._tally.copy()
        self._points.append((self._tally.pairs, gain, futility, self._tally.mean, self._absence.coverage))

    @property
    def _left(self) -> int:
        return self._spec.pairs - self._absence.draws

    def _ruling(self) -> tuple[Ruling, str] | None:
        broken = self._absence.broken(last=self._left <= 0)
        if broken:
            return "invalid", broken
        if not self._absence.enough:
            return None
        if self._left <= 0:
            self._test()
        if self._better or self._as_good:
            return self._guarded()
        if self._futility.log >= self._rule.futile and not self._simpler.hopeful(self._tally, self._left):
            return self._given_up()
        return None if self._left > 0 else ("inconclusive", "all pairs are played and no gain is shown")

    def _guarded(self) -> tuple[Ruling, str] | None:
        """The ruling where a promotion is due: a guardrail that is in doubt asks for more pairs."""
        strict = self._spec.guardrails.proven
        doubted = [each for each in self._guardrails.reports if not each.holds or (strict and not each.proven)]
        if strict and not doubted and (unknown := self._guardrails.unmeasured):
            why = f"better, but no pair says anything about {', '.join(unknown)}; null turns a guardrail off"
            return None if self._left > 0 else ("inconclusive", why)
        if not doubted:
            return "promoted", "better" if self._better else "shorter, cheaper and no worse"
        worst = next((each for each in doubted if each.broken), None)
        if worst is None and self._left <= 0:  # what had to be shown, and looks worse after all
            worst = next((each for each in doubted if each.shown is False and each.difference > each.allowed), None)
        if worst is not None:
            return "rejected", f"better, but {worst.name} is {worst.words}"
        return None if self._left > 0 else ("inconclusive", f"better, but {doubted[0].name} may be worse")

    @property
    def _better(self) -> bool:
        """Whether a gain is shown, and stands: guardrails may have put the promotion off, and luck may have turned."""
        crossed = self._crossing is not None and self._gain.log >= STANDING
        return crossed or (self._p_value is not None and self._p_value <= self._level.final)

    @property
    def _as_good(self) -> bool:
        """Whether it is promoted for being shorter: as long as it looks better it may yet be shown to be."""
        return self._simpler.shown and (self._tally.mean < self._spec.delta_min or self._left <= 0)

    def _given_up(self) -> tuple[Ruling, str]:
        if self._harm.log >= self._rule.futile:
            return "rejected", "worse"
        return "futile", f"a gain of {100 * self._spec.delta_min:g} points is not in sight"

    def _test(self) -> None:
        """McNemar's exact test, asked once, at the end."""
        if self._level.final and self._tally.plain:
            better, worse = self._tally.better, self._tally.worse
            self._p_value = mcnemar(better, worse) / 2 if better > worse else 1.0

    def _claim(self) -> float:
        """The gain up to where the bets promoted, corrected; what was played behind that was stopped by no gain."""
        if self._crossing is None:
            return claim(self._rule, self._tally, crossed=False)
        first, whole = self._crossing, self._tally
        rest = whole.total - first.total
        return (claim(self._rule, first, crossed=True) * first.pairs + rest) / whole.pairs

    def _say(self, ruling: Ruling, why: str) -> GateVerdict:
        delta, (low, high) = self._claim(), interval(self._tally)
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
            e_value=exp(min(self._gain.log, LARGEST)),
            threshold=self._level.threshold,
            futility=exp(min(self._futility.log, LARGEST)),
            p_value=self._p_value,
            delta=delta,
            raw_delta=self._tally.mean,
            low=min(low, delta),
            high=max(high, delta),
            simplification=ruling == "promoted" and not self._better,
            guardrails=self._guardrails.reports,
        )
