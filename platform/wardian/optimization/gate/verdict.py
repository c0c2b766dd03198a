"""What a gate says."""

from typing import Final, Literal

from wardian.base.frozen import Frozen

__all__ = ["HANDFUL", "GatePoint", "GateVerdict", "GuardrailReport", "Ruling"]

Ruling = Literal["promoted", "rejected", "futile", "inconclusive", "invalid"]
"""`promoted`: better, or shorter and no worse, and no guardrail stands against it. `rejected`: better, but a guardrail
is broken; or worse. `futile`: the gain is less than what is worth finding. `inconclusive`: all pairs are played and
none of it is shown, or a guardrail is in doubt. `invalid`: too many pairs have no result, or one arm lacks more of them
than the other."""


HANDFUL: Final = 8
"""Pairs from which a slice is told of; the verdict has all of them."""


class GuardrailReport(Frozen):
    """One thing that must not get worse.

    Args:
        name: what; `slice TEMPLATE` for success in tasks of one template.
        difference: by how much the candidate was worse in the pairs; relative where `relative`.
        least: it is worse by at least as much, by a one-sided bound.
        bound: it is worse by at most as much.
        allowed: how much worse it may be.
        relative: whether all of these are shares of the champion's.
        pairs: that say something of it.
        part: whether this is one slice of many, with few pairs each.
        suspect: whether it looks as if it were beyond by more than chance, to somebody who looked only once.
        few: of amounts, which may be skewed: whether there are too few pairs for a bound to prove anything.
        shown: whether bets have shown it to be within what is allowed; None where nobody asks for that.
    """

    name: str
    difference: float
    least: float
    bound: float
    allowed: float
    relative: bool = False
    pairs: int = 0
    part: bool = False
    suspect: bool = False
    few: bool = False
    shown: bool | None = None

    @property
    def proven(self) -> bool:
        """Whether it is shown to be within what is allowed."""
        return self.bound <= self.allowed and not self.few

    @property
    def broken(self) -> bool:
        """Whether it is shown to be beyond."""
        return self.least > self.allowed

    @property
    def holds(self) -> bool:
        """Whether nothing suggests that it is beyond; where bets are asked for, whether they have shown it."""
        return not self.suspect if self.shown is None else self.shown

    @property
    def telling(self) -> bool:
        """Whether it is worth a line: a slice of a handful of pairs says nothing, unless it is shown to be worse."""
        return not self.part or self.pairs >= HANDFUL or self.broken

    @property
    def words(self) -> str:
        """By how much the candidate is worse: `worse by 12.2 points, at most 35.8; 5.0 allowed`."""
        unit = "%" if self.relative else "points"
        seen, allowed = 100 * self.difference, f"{100 * self.allowed:.1f} allowed"
        how = "no worse" if round(seen, 1) == 0 else f"{'worse' if seen > 0 else 'better'} by {abs(seen):.1f} {unit}"
        if self.broken:
            return f"{how}, at least {100 * self.least:.1f}; {allowed}"
        most = f"worse by at most {100 * self.bound:.1f} {unit}" if seen <= 0 else f"at most {100 * self.bound:.1f}"
        return f"{how}, {'shown to be better' if self.bound < 0 else most}; {allowed}"


class GatePoint(Frozen):
    """The gate's figures after so many pairs: the curve."""

    pairs: int
    log_e: float
    log_futility: float
    delta: float
    coverage: float


class GateVerdict(Frozen):
    """The end of a gate.

    Args:
        ruling: what follows.
        why: in a line.
        gate: which one in the prompt's lineage, from 1: its share of alpha follows from it.
        seeds: the namespace that its seeds were drawn from.
        pairs: with a result in both arms, up to the decision.
        missing_champion: draws without a result of the champion, for which no agent is to blame.
        missing_candidate: the same of the candidate.
        missing_both: draws that lack both; they are in both counts.
        alpha: what this gate may spend.
        e_value: evidence for a gain; promotion asks for at least `threshold`.
        threshold: see `e_value`.
        futility: evidence against a gain that is worth finding.
        p_value: of McNemar's exact test, one-sided, where all pairs were played.
        delta: the gain that is claimed, corrected for having stopped when it looked good.
        raw_delta: the mean difference of the pairs.
        low: the interval's lower bound; it holds whenever the gate stops.
        high: the upper one.
        simplification: promoted for being shorter and no worse.
        guardrails: all that were looked at.
    """

    ruling: Ruling
    why: str
    gate: int
    seeds: str
    pairs: int
    missing_champion: int = 0
    missing_candidate: int = 0
    missing_both: int = 0
    alpha: float
    e_value: float
    threshold: float
    futility: float
    p_value: float | None = None
    delta: float
    raw_delta: float
    low: float
    high: float
    simplification: bool = False
    guardrails: tuple[GuardrailReport, ...] = ()

    @property
    def coverage(self) -> float:
        """The share of draws that are pairs."""
        lost = self.missing_champion + self.missing_candidate - self.missing_both
        return self.pairs / (self.pairs + lost) if self.pairs + lost else 1.0
