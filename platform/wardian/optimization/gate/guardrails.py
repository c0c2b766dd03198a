"""What a better version may not be worse at."""

from collections.abc import Iterator
from math import log
from typing import Final

from wardian.optimization.gate.comparisons import Bounds, Ratios, Shares
from wardian.optimization.gate.verdict import GuardrailReport
from wardian.optimization.gate.wealth import Wealth
from wardian.optimization.pairs import Pair
from wardian.scoring.result import Result
from wardian.specs.refinement import GuardrailSpec

__all__ = ["Guardrails"]

DOUBT: Final = 0.05
"""How often a bound is wrong, whenever one looks; slices share it."""
GLANCE: Final = 0.4
"""A guardrail that one look would be so sure of is in doubt: chance alone seldom holds a promotion up."""
ENOUGH: Final = 100
"""Pairs from which the mean of skewed amounts is as sure as its bounds say."""
GAMED: Final = 0.002
"""How often success is taken for as good as before that is lower by all that it may be: rare, for many edits try."""
SUCCESS: Final = "success"
MADE_UP: Final = ("unknown_tool", "ungrounded_args", "nonexistent_ref")
BROKEN_RULES: Final = ("violations",)


class Guardrails:
    """Looks at every pair; what it says of them is asked for only where a promotion is due.

    Args:
        spec: what is looked at, and how much worse it may be.
        metric: what shall become better; where that is not success itself, success is a guardrail, which must be shown.
    """

    def __init__(self, spec: GuardrailSpec, metric: str = SUCCESS) -> None:
        self._spec = spec
        self._done = Shares()
        self._kept = None if spec.success is None or metric == SUCCESS else Wealth(shift=spec.success)
        self._shown = False
        self._made_up, self._broken_rules = Shares(), Shares()
        self._cost, self._turns = Ratios(), Ratios()
        self._slices: dict[str, Shares] = {}

    def add(self, pair: Pair, difference: float) -> None:
        """One more pair, with the candidate's gain in it."""
        champion, candidate = pair.champion, pair.candidate
        _happened(self._made_up, champion, candidate, MADE_UP)
        _happened(self._broken_rules, champion, candidate, BROKEN_RULES)
        self._cost.add(champion.cost_usd, candidate.cost_usd)
        self._turns.add(_turns(champion), _turns(candidate))
        self._judge(pair)
        self._slices.setdefault(champion.template or champion.environment, Shares()).add(-difference)

    def _judge(self, pair: Pair) -> None:
        """Bet that success is not lower by as much as it may be: a bound that is looked at often proves nothing."""
        gain = pair.difference(SUCCESS)
        if self._kept is not None and gain is not None:
            self._done.add(-gain)
            self._shown = self._kept.add(gain) >= -log(GAMED) or self._shown

    @property
    def reports(self) -> tuple[GuardrailReport, ...]:
        """Of all that is looked at and was seen to apply."""
        return (*self._main(), *self._sliced())

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """What is asked for, and what no pair says anything about."""
        return tuple(name for name, seen, allowed in self._asked if allowed is not None and not seen.pairs)

    @property
    def cost(self) -> Bounds | None:
        """By how much the candidate is dearer, relative; None where a price is unknown."""
        return self._cost.bounds(DOUBT)

    @property
    def _asked(self) -> tuple[tuple[str, Shares | Ratios, float | None], ...]:
        spec = self._spec
        return (
            ("hallucination", self._made_up, spec.hallucination),
            ("policy", self._broken_rules, spec.policy),
            ("cost", self._cost, spec.cost),
            ("turns", self._turns, spec.turns),
        )

    def _main(self) -> Iterator[GuardrailReport]:
        spec = self._spec
        for name, seen, allowed in self._asked:
            report = None if allowed is None else _report(name, seen, allowed, DOUBT, GLANCE)
            if report is not None:
                amounts = isinstance(seen, Ratios)
                yield report.model_copy(update={"relative": amounts, "few": amounts and seen.pairs < ENOUGH})
        report = None if spec.success is None else _report(SUCCESS, self._done, spec.success, DOUBT, GLANCE)
        if report is not None:
            yield report.model_copy(update={"shown": self._shown})

    def _sliced(self) -> Iterator[GuardrailReport]:
        allowed, n = self._spec.slices, len(self._slices)
        if allowed is None or n < 2:
            return
        for name, seen in sorted(self._slices.items()):
            report = _report(f"slice {name}", seen, allowed, DOUBT / n, DOUBT / n)
            if report is not None:
                yield report.model_copy(update={"part": True})


def _report(name: str, seen: Shares | Ratios, allowed: float, doubt: float, glance: float) -> GuardrailReport | None:
    bounds, once = seen.bounds(doubt), seen.bounds(glance, once=True)
    if bounds is None or once is None:
        return None
    difference, least, bound = bounds
    suspect = once[1] > allowed
    return GuardrailReport(
        name=name,
        difference=difference,
        least=least,
        bound=bound,
        allowed=allowed,
        pairs=seen.pairs,
        suspect=suspect,
    )


def _happened(seen: Shares, champion: Result, candidate: Result, metrics: tuple[str, ...]) -> None:
    theirs, ours = _any(champion, metrics), _any(candidate, metrics)
    if theirs is not None and ours is not None:
        seen.add(ours - theirs)


def _any(result: Result, metrics: tuple[str, ...]) -> float | None:
    values = result.values
    found = [values[name] for name in metrics if name in values]
    return float(any(found)) if found else None


def _turns(result: Result) -> float:
    return result.values.get("turns", float(result.calls))
