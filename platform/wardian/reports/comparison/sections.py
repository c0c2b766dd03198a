"""The words and numbers of a comparison of two runs, before anybody lays them out."""

from collections.abc import Iterator, Sequence
from typing import Final

from wardian.reports.comparison.change import ArmChange, Flip, MetricChange, RunComparison
from wardian.reports.comparison.gate import Ruling
from wardian.reports.numerals import NONE, dollars, number, p_value, points, unbounded
from wardian.reports.sections import ARROWS, Section
from wardian.scoring.statistics import Variation

__all__ = ["comparison_sections"]

SHOWN_FLIPS: Final = 30
"""Tasks that are named; all of them are in the JSON."""
WISHED: Final = (0.03, 0.05)
"""Differences of success for which the tasks are told that would show them."""


def comparison_sections(comparison: RunComparison) -> tuple[Section, ...]:
    """The verdict, then for every arm what moved, and which tasks flipped."""
    sections = [_verdict(comparison)]
    for change in comparison.arms:
        sections.append(_moved(change))
        if change.flips:
            sections.append(_flipped(change))
    return tuple(sections)


def _verdict(comparison: RunComparison) -> Section:
    rulings = comparison.rulings
    failed = sum(not ruling.passed for ruling in rulings)
    word = "" if not rulings else f": {failed} of {len(rulings)} limits failed" if failed else ": within all limits"
    notes = []
    if comparison.unpaired:
        notes.append(f"Compared with nothing: {', '.join(comparison.unpaired)} (--arm NAME=OTHER pairs other names).")
    return Section(
        title=f"{comparison.before} → {comparison.after}{word}",
        headings=("demand", "arm", "it is", "") if rulings else (),
        rows=tuple(_ruled(ruling) for ruling in rulings),
        notes=tuple(notes),
    )


def _ruled(ruling: Ruling) -> tuple[str, ...]:
    limit = ruling.limit
    finding = {"kept": "ruled out", "broken": "shown", "open": "neither", "absent": "not played"}
    demand = f"{limit.metric} worse by more than {limit.drop:g}: {limit.demand}"
    return demand, ruling.arm, finding[ruling.finding], "passed" if ruling.passed else "FAILED"


def _moved(change: ArmChange) -> Section:
    name = change.after if change.before == change.after else f"{change.before} → {change.after}"
    still = [each.metric for each in change.metrics if _unmoved(each)]
    notes = [*_about(change), *([f"The same on every task: {', '.join(still)}."] if still else [])]
    return Section(
        title=f"{name}, on {change.pairs:,} pairs of {change.tasks:,} tasks",
        headings=("metric", "before", "after", "difference [95 %]", "p (Holm)", "pairs"),
        rows=tuple(_metric(each) for each in change.metrics if not _unmoved(each)),
        notes=tuple(notes),
    )


def _unmoved(change: MetricChange) -> bool:
    return change.metric != "success" and change.difference.value == 0 and change.difference.low is None


def _metric(change: MetricChange) -> tuple[str, ...]:
    difference = change.difference
    if change.metric == "success":
        means = (f"{100 * change.before:.1f} %", f"{100 * change.after:.1f} %")
        moved = points(difference)
    else:
        unit, like = change.unit, max(abs(change.before), abs(change.after))
        means = number(change.before, unit, like=like), number(change.after, unit, like=like)
        bounds = unbounded(difference)
        if difference.low is not None and difference.high is not None:
            bounds = f"[{number(difference.low, unit, like=like)}, {number(difference.high, unit, like=like)}]"
        moved = f"{number(difference.value, unit, like=like, sign=True)} {bounds}"
    chance = NONE if difference.low is None and difference.tasks == 1 else p_value(change.p_value)
    return change.metric + ARROWS[change.better], *means, moved, chance, f"{change.pairs:,}"


def _about(change: ArmChange) -> Iterator[str]:
    """What is to be known before the numbers are believed."""
    if any(change.alone):
        before, after = change.alone
        yield f"Episodes left out, because the other run has not played them: {before:,} before, {after:,} after."
    if change.changed:
        yield f"Not the same environment any more (files or knobs differ): {', '.join(change.changed)}."
    if change.same_agent:
        yield "It is the same agent in both runs (model, prompt, sampling): what differs is chance or the environment."
    if any(change.missing):
        low, high = change.worst_case
        yield (
            f"Without a score: {change.missing[0]:,} before, {change.missing[1]:,} after; whatever they were, "
            f"the difference of success is between {100 * low:+z.1f} and {100 * high:+z.1f} points."
        )
    across = change.across_templates
    if across is not None:
        yield f"For other templates like these the difference of success is {points(across)}."
    yield _money(change)
    if change.variation is not None and change.variation.tasks + change.variation.tries > 0:
        yield _power(change.variation, change.tasks, max(1, round(change.pairs / change.tasks)))


def _money(change: ArmChange) -> str:
    if change.cost is None:
        return "Cost of these episodes: unknown."
    said = f"Cost of these episodes: {dollars(change.cost.before)} before, {dollars(change.cost.after)} after"
    ratio = change.cost.ratio
    if ratio is None or ratio.low is None or ratio.high is None:
        return f"{said}."
    return f"{said}: {ratio.value:.2f} times as much [{ratio.low:.2f}, {ratio.high:.2f}]."


def _power(variation: Variation, tasks: int, repeats: int) -> str:
    seen = 100 * variation.visible(tasks, repeats)
    needed = ", ".join(f"{100 * each:.0f} points {variation.tasks_for(each, repeats):,}" for each in WISHED)
    times = "once" if repeats == 1 else f"{repeats} times"
    return (
        f"So many tasks show a difference of {seen:.1f} points in 80 % of the cases, as these vary; "
        f"with each played {times}, tasks needed for {needed}."
    )


def _flipped(change: ArmChange) -> Section:
    worse = sum(flip.after < flip.before for flip in change.flips)
    better = len(change.flips) - worse
    shown = change.flips if len(change.flips) <= SHOWN_FLIPS else _ends(change.flips, worse)
    more = len(change.flips) - len(shown)
    return Section(
        title=f"Tasks of {change.after} that went worse: {worse:,}, better: {better:,}",
        headings=("task", "before", "after"),
        rows=tuple(_flip(flip) for flip in shown),
        notes=(f"and {more:,} more, see --json",) if more else (),
    )


def _ends(flips: Sequence[Flip], worse: int) -> tuple[Flip, ...]:
    """The most worsened first, and as many of the most improved as there is room for."""
    first = min(worse, max(SHOWN_FLIPS // 2, SHOWN_FLIPS - (len(flips) - worse)))
    return (*flips[:first], *flips[len(flips) - (SHOWN_FLIPS - first) :])


def _flip(flip: Flip) -> tuple[str, ...]:
    before, after = (f"{share * flip.tries:.0f} of {flip.tries}" for share in (flip.before, flip.after))
    return f"{flip.environment}/{flip.task}", before, after
