"""The outcome of a bench: numbers and their intervals, before anybody lays them out."""

from typing import Literal

from pydantic import computed_field

from wardian.base.frozen import Frozen
from wardian.reports.fusion.arms import ArmKind
from wardian.scoring.statistics import Estimate

__all__ = ["ArmReport", "BenchReport", "PanelReport", "Ruling"]

Ruling = Literal["helps", "does NOT help", "HARMS"]
"""Of a fusion against the best single that costs no more: the whole interval above zero, across it, or below."""


class PanelReport(Frozen):
    """What the members' answers are worth before anybody decides between them.

    Args:
        all_right: questions on which every member is right.
        all_wrong: on which none is.
        oracle: on which any is: the bound of every choice between them.
        mixed: how many questions are neither: only there does a decision count.
        needed: s*, how often a mixed panel must be decided right to be as good as the best member; None without one.
        alike: mean correlation of being right over all pairs of members; None when one always or never is.
    """

    all_right: Estimate
    all_wrong: Estimate
    oracle: Estimate
    mixed: int
    needed: Estimate | None
    alike: float | None


class ArmReport(Frozen):
    """One arm. Shares are of the questions.

    Args:
        name: of the arm.
        kind: one member, several draws of one, or the panel.
        right: questions that it answers right; those that it does not answer are wrong.
        unanswered: how many those are.
        degraded: answers for which something was not as configured.
        cost_usd: mean for one question; None when a price is unknown.
        calls: mean for one question.
        expense: how many times as much as the best member it costs.
        p50_s: median seconds to the answer.
        p95_s: 95 of 100 are there by then.
        against_single: median, as so many times the best member's; None when that took no time.
        against_slowest: as so many times that of the slowest member on each question.
        s: how often it is right where the panel is mixed; of fusions alone, like all that follows.
        kept: how often it is right where every member is.
        rescued: how often it is right where no member is.
        against: the best single that costs no more.
        against_expense: how many times as much as the best member that one costs.
        difference: how much more often it is right than that, paired by question.
        over_best: how much more often than the best member alone, whatever that costs.
        over_unheard: of a debate, how much more often than a vote over its first answers: whether talking paid.
    """

    name: str
    kind: ArmKind
    right: Estimate
    unanswered: int
    degraded: int
    cost_usd: float | None
    calls: float
    expense: float
    p50_s: float
    p95_s: float
    against_single: float | None
    against_slowest: float | None
    s: Estimate | None = None
    kept: Estimate | None = None
    rescued: Estimate | None = None
    against: str = ""
    against_expense: float | None = None
    difference: Estimate | None = None
    over_best: Estimate | None = None
    over_unheard: Estimate | None = None

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know decorated properties
    @property
    def ruling(self) -> Ruling | None:
        """What the interval of the difference says; None for a single. Without bounds nothing is shown."""
        found = self.difference
        if found is None:
            return None
        if found.low is None or found.high is None or found.low <= 0 <= found.high:
            return "does NOT help"
        return "helps" if found.low > 0 else "HARMS"


class BenchReport(Frozen):
    """All arms on the same questions, over the same answers of the panel.

    Args:
        fusion: whose panel it is.
        questions: how many.
        panel: its members together.
        arms: singles first, then fusions.
        in_dollars: whether budgets are compared in US dollars; else in calls.
        best: the member that is right most often on these questions.
        simulated: whether any answer came from a simulator.
        cached: whether any answer came out of the reply cache: then times are not those of the models.
    """

    fusion: str
    questions: int
    panel: PanelReport
    arms: tuple[ArmReport, ...]
    in_dollars: bool
    best: str
    simulated: bool
    cached: bool
