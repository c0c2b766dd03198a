"""What the arms of a bench are worth, with intervals over the questions."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardian.base.dollars import total_usd
from wardian.reports.fusion.bench import PlayedArm
from wardian.reports.fusion.outcome import ArmReport, BenchReport, PanelReport
from wardian.scoring.statistics import Estimate, bootstrap, paired_difference, proportion
from wardian.specs.fusion.modes import MOST_SEATS

__all__ = ["Expense", "best_of", "draws_for", "reckoned"]

Numbers = NDArray[np.float64]
DEARER: Final = 1.05
"""A single that costs up to so many times as much still counts as one of the same price."""
CLOSE: Final = 1e-6
"""Rounding must not cost a draw."""


class Expense:
    """What arms cost for one question: in US dollars where all prices are known, else in calls."""

    def __init__(self, arms: Sequence[PlayedArm]) -> None:
        costs = [total_usd(each.cost_usd for each in arm.asked) for arm in arms]
        self.in_dollars = all(costs) and None not in costs

    def of(self, arm: PlayedArm) -> float:
        """The mean over the questions."""
        if self.in_dollars:
            return sum(each.cost_usd or 0.0 for each in arm.asked) / len(arm.asked)
        return sum(each.calls for each in arm.asked) / len(arm.asked)


class Rights:
    """Which members are right on which questions: `table` is [member, question]."""

    def __init__(self, members: Sequence[PlayedArm]) -> None:
        self.table = np.array([_right(member) for member in members]) > 0
        self.whole = np.asarray(self.table.all(axis=0))
        self.none = np.asarray(~self.table.any(axis=0))
        self.mixed = np.asarray(~self.whole & ~self.none)

    @property
    def alike(self) -> float | None:
        """The mean correlation of being right over all pairs; None when one member is always or never right."""
        share = self.table.mean(axis=1)
        if not ((share > 0) & (share < 1)).all():
            return None
        return float(np.corrcoef(self.table.astype(float))[np.triu_indices(len(self.table), 1)].mean())


def best_of(arms: Sequence[PlayedArm]) -> PlayedArm:
    """The one that is right most often; among equals the first."""
    return max(arms, key=lambda arm: float(_right(arm).sum()))


def draws_for(budget: float, once: float) -> set[int]:
    """How often a member that costs `once` is asked for `budget`, so that it is poorer by no more than it must be.

    Draws of which a vote cuts some off cost less than their number, so one more may be within the budget as well; of
    two none is ever cut off.
    """
    if not once:
        return {1}
    paid = int(DEARER * budget / once + CLOSE)
    more = math.ceil(budget / once / DEARER - CLOSE) if paid > 1 else paid
    return {min(draws, MOST_SEATS) for draws in (paid, more)}


def reckoned(fusion: str, members: Sequence[PlayedArm], arms: Sequence[PlayedArm]) -> BenchReport:
    """The report on a panel's `members` alone and the `arms` made of it, all on the same questions."""
    expense = Expense([*members, *arms])
    best = best_of(members)
    rights = Rights(members)
    singles = [*(member for member in members if not member.draw), *(arm for arm in arms if arm.kind == "repeated")]
    reports = [_report(arm, best, members, expense) for arm in singles]
    for arm in (arm for arm in arms if arm.kind == "fused"):
        against = _affordable(arm, singles, expense)
        report = _compared(_report(arm, best, members, expense), arm, against, rights)
        held = {"against_expense": expense.of(against) / (expense.of(best) or 1.0)}
        reports.append(report.model_copy(update={**held, "over_best": _difference(arm, best)}))
    everything = [each for arm in (*members, *arms) for each in arm.asked]
    return BenchReport(
        fusion=fusion,
        questions=len(best.asked),
        panel=_panel(rights, [member.name for member in members].index(best.name)),
        arms=tuple(reports),
        in_dollars=expense.in_dollars,
        best=best.name,
        simulated=any(each.simulated for each in everything),
        cached=any(each.cached for each in everything),
    )


def _affordable(arm: PlayedArm, singles: Sequence[PlayedArm], expense: Expense) -> PlayedArm:
    """The best single that costs no more than `arm`; the cheapest where all cost more."""
    budget = DEARER * expense.of(arm)
    cheap = [single for single in singles if expense.of(single) <= budget]
    return best_of(cheap or [min(singles, key=expense.of)])


def _report(arm: PlayedArm, best: PlayedArm, members: Sequence[PlayedArm], expense: Expense) -> ArmReport:
    seconds = np.array([each.seconds for each in arm.asked])
    single = np.array([each.seconds for each in best.asked])
    slowest = np.array([[each.seconds for each in member.asked] for member in members]).max(axis=0)
    costs = total_usd(each.cost_usd for each in arm.asked)
    return ArmReport(
        name=arm.name,
        kind=arm.kind,
        right=proportion([each] for each in _right(arm).tolist()),
        unanswered=sum(not each.answered for each in arm.asked),
        degraded=sum(each.degraded for each in arm.asked),
        cost_usd=None if costs is None else costs / len(arm.asked),
        calls=sum(each.calls for each in arm.asked) / len(arm.asked),
        expense=expense.of(arm) / (expense.of(best) or 1.0),
        p50_s=float(np.median(seconds)),
        p95_s=float(np.quantile(seconds, 0.95)),
        against_single=_ratio(seconds, single),
        against_slowest=_ratio(seconds, slowest),
    )


def _ratio(seconds: Numbers, others: Numbers) -> float | None:
    median = float(np.median(others))
    return float(np.median(seconds)) / median if median > 0 else None


def _compared(report: ArmReport, arm: PlayedArm, against: PlayedArm, rights: Rights) -> ArmReport:
    """`report` with what only a fusion has: how it decides, and what that gains."""
    own = _right(arm)
    return report.model_copy(
        update={
            "s": _share(own[rights.mixed]),
            "kept": _share(own[rights.whole]),
            "rescued": _share(own[rights.none]),
            "against": against.name,
            "difference": _difference(arm, against),
            "over_unheard": _over_unheard(arm),
        }
    )


def _difference(arm: PlayedArm, other: PlayedArm) -> Estimate:
    return paired_difference([each] for each in (_right(arm) - _right(other)).tolist())


def _over_unheard(arm: PlayedArm) -> Estimate | None:
    gains = [[float(each.right) - float(each.unheard)] for each in arm.asked if each.unheard is not None]
    return paired_difference(gains) if gains else None


def _panel(rights: Rights, best: int) -> PanelReport:
    """What the members' answers are worth before anybody decides."""
    units = np.stack([rights.table[best], rights.whole, rights.mixed], axis=1).astype(float)
    mixed = int(rights.mixed.sum())
    return PanelReport(
        all_right=proportion([each] for each in rights.whole.astype(float).tolist()),
        all_wrong=proportion([each] for each in rights.none.astype(float).tolist()),
        oracle=proportion([each] for each in 1.0 - rights.none),
        mixed=mixed,
        needed=bootstrap(units, _needed) if mixed else None,
        alike=rights.alike,
    )


def _needed(sums: Numbers) -> Numbers:
    """s* from how often the best is right, all are, and the panel is mixed."""
    return np.asarray((sums[..., 0] - sums[..., 1]) / np.maximum(sums[..., 2], 1.0))


def _right(arm: PlayedArm) -> Numbers:
    return np.array([float(each.right) for each in arm.asked])


def _share(right: Numbers) -> Estimate | None:
    return proportion([each] for each in right.tolist()) if len(right) else None
