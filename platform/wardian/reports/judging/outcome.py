"""What a judge turns out to be worth: numbers and their intervals."""

from typing import Literal

from pydantic import computed_field

from wardian.base.frozen import Frozen
from wardian.scoring.statistics import Estimate

__all__ = ["Corrected", "Drawn", "JudgeReport", "Strength", "Sureness"]


class Sureness(Frozen):
    """How a judge's confidence agrees with how often it is right.

    Args:
        said: items on which it said how sure it is.
        confidence: its mean.
        ece: expected calibration error, over tenths of confidence: how far that is from the truth.
        brier: mean squared distance of confidence and truth; 0.25 for who always says 0.5.
    """

    said: int
    confidence: float
    ece: float
    brier: Estimate


class Drawn(Frozen):
    """What draws its preference, as log-odds to prefer one candidate to another that is the same in all else.

    Args:
        right: for being right where the other is wrong.
        length: for being e times as long.
        place: for standing before the other.
    """

    right: Estimate
    length: Estimate
    place: Estimate


class Strength(Frozen):
    """A source of candidates in the judge's eyes (Bradley and Terry), beside what is known.

    Args:
        source: whose candidates.
        candidates: how many.
        strength: log-odds to be preferred to the average source.
        right: how often its candidates are right; None when nobody knows.
    """

    source: str
    candidates: int
    strength: Estimate
    right: float | None


class Corrected(Frozen):
    """How many unmarked items have a right candidate, by a judge who errs at known rates (Rogan and Gladen).

    Args:
        sensitivity: accepts, where a candidate is right.
        specificity: accepts none, where none is.
        apparent: accepts, on unmarked items.
        corrected: the part of them that really has a right one; None when the judge knows nothing of it.
    """

    sensitivity: Estimate
    specificity: Estimate
    apparent: Estimate
    corrected: Estimate | None


class JudgeReport(Frozen):
    """A judge on gold items.

    Args:
        judge: who.
        items: how many it saw.
        mixed: on which some candidates are right and some are wrong.
        accuracy: s, how often it prefers a right one there; what it leaves to others counts as wrong.
        chance: how often who knows nothing would.
        kappa: Cohen's, of its choice and the right place, where just one candidate is right; None without any.
        unread: mixed items on which it had no say: no verdict that could be read, or none that stood both ways.
        consistent: prefers the same in both orders; None when it saw one order only.
        first: prefers whoever it is shown first; who has no such liking does as often as `first_by_chance`.
        first_by_chance: as many as candidates stand first among those that it is shown.
        sureness: None when it never says how sure it is.
        drawn: None when nothing was ranked.
        strengths: of the candidates' sources, the strongest first.
        corrected: None without unmarked items, or without items on which no candidate is right.
        needed: mixed items for an interval of 5 points to either side.
        bound: s*, which it must be above, when one was given.
        cost_usd: of all its calls; None when a price is unknown.
        simulated: whether it is a simulator.
    """

    judge: str
    items: int
    mixed: int
    accuracy: Estimate
    chance: float
    kappa: Estimate | None
    unread: int
    consistent: Estimate | None
    first: Estimate | None
    first_by_chance: float | None
    sureness: Sureness | None
    drawn: Drawn | None
    strengths: tuple[Strength, ...]
    corrected: Corrected | None
    needed: int
    bound: float | None
    cost_usd: float | None
    simulated: bool

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know decorated properties
    @property
    def underpowered(self) -> bool:
        """Whether there are fewer mixed items than the interval needs."""
        return self.mixed < self.needed

    @computed_field  # type: ignore[prop-decorator]
    @property
    def ruling(self) -> Literal["above s*", "below s*", "not told from s*"] | None:
        """What its accuracy says of a panel that needs `bound`; None without one."""
        if self.bound is None:
            return None
        low, high = self.accuracy.low, self.accuracy.high
        if low is not None and low > self.bound:
            return "above s*"
        return "below s*" if high is not None and high < self.bound else "not told from s*"
