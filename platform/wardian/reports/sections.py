"""The words and numbers of a leaderboard, before anybody lays them out."""

from collections.abc import Iterator, Sequence

from wardian.base.frozen import Frozen
from wardian.reports.numerals import NONE, dollars, interval, number, p_value
from wardian.reports.standings import Comparison, Dimension, Standing, Standings
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.metric import Metric
from wardian.scoring.statistics import Estimate

__all__ = ["ARROWS", "SHOWN_ARMS", "Section", "leaderboard_sections", "sliced"]

SHOWN_ARMS = 4
"""Arms side by side in the table of metrics; all of them are in the JSON."""

DETAILS = "More metrics, such as how soon and at which calls, are in leaderboard.json and tables/scores.parquet."
ARROWS = {"higher": "↑", "lower": "↓", "neutral": ""}


SLICED: dict[Dimension, str] = {
    "environment": "environment",
    "template": "template",
    "persona": "user",
    "difficulty": "difficulty",
    "fault": "fault",
}


class Section(Frozen):
    """One table with notes below it."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def leaderboard_sections(standings: Standings) -> tuple[Section, ...]:
    """The ranking, the way the arms work, with whom they succeed, and how the best differs from the rest."""
    shown = standings.arms[:SHOWN_ARMS]
    metrics, personas = _metrics(shown, (*CATALOGUE, *standings.own)), "Success % [95 %] by how users behave"
    sections = [_ranking(standings), metrics, sliced("persona", personas, shown)]
    if standings.comparisons:
        sections.append(_comparisons(standings.comparisons))
    return tuple(section for section in sections if section.rows)


def _ranking(standings: Standings) -> Section:
    where = f" · {standings.environment}" if standings.environment else ""
    marked = " · SIMULATED MODELS" if standings.simulated else ""
    k = max((reliability.k for arm in standings.arms for reliability in arm.reliability), default=1)
    return Section(
        title=f"Leaderboard{where}{marked}",
        headings=("arm", "n", "tasks", "success % [95 %]", f"pass^{k} %", "cost", "missing"),
        rows=tuple((_name(arm, standings), *_ranked(arm, k)) for arm in standings.arms),
        notes=(*_about(standings), *_failures(standings.arms)),
    )


def _ranked(arm: Standing, k: int) -> tuple[str, ...]:
    reliable = next((reliability.all_of for reliability in arm.reliability if reliability.k == k), None)
    return (
        f"{arm.episodes:,}",
        f"{arm.tasks:,}",
        NONE if arm.success is None else f"{100 * arm.success.value:.1f} {interval(arm.success)}",
        NONE if reliable is None else f"{100 * reliable.value:.1f}",
        "unknown" if arm.cost_usd is None else dollars(arm.cost_usd),
        f"{sum(missing.episodes for missing in arm.missing):,}",
    )


def _about(standings: Standings) -> list[str]:
    notes = [standings.remark] if standings.remark else []
    notes.append(
        "Every task weighs the same; intervals are over tasks, repeats of a task are not counted as independent."
    )
    if any(arm.stochastic for arm in standings.arms):
        notes.append("A model spoke for users: the same run again would hear other words.")
    if standings.simulated:
        notes.append("Simulated models answered: these numbers say nothing about real ones.")
    return notes


def _failures(arms: Sequence[Standing]) -> Iterator[str]:
    for arm in arms:
        if arm.missing:
            yield _absence(arm)
        if arm.broken is not None:
            yield f"{arm.arm}: {arm.broken.episodes:,} broken off by the agent itself, such as {arm.broken.why}"


def _absence(arm: Standing) -> str:
    blame = ", ".join(f"{missing.cause} {missing.episodes}" for missing in arm.missing)
    low, high = arm.worst_case
    return f"{arm.arm}: missing {blame}; whatever they were, success is between {100 * low:.1f} and {100 * high:.1f} %."


def _metrics(arms: Sequence[Standing], metrics: Sequence[Metric]) -> Section:
    known = [metric for metric in metrics if any(arm.mean(metric.name) for arm in arms)]
    shown = [metric for metric in known if not metric.detail]
    return Section(
        title="How they work (mean over tasks ± half of the 95 % interval)",
        headings=("metric", *(arm.arm for arm in arms)),
        rows=tuple(
            (metric.name + ARROWS[metric.better], *(_mean(metric, arm.mean(metric.name)) for arm in arms))
            for metric in shown
        ),
        notes=(DETAILS,) if len(shown) < len(known) else (),
    )


def sliced(by: Dimension, title: str, arms: Sequence[Standing]) -> Section:
    """Success of each arm on the parts of one dimension."""
    names = sorted({each.name for arm in arms for each in arm.slices if each.by == by})
    return Section(
        title=title,
        headings=(SLICED[by], *(arm.arm for arm in arms)),
        rows=tuple((name, *(_within(by, name, arm) for arm in arms)) for name in names),
    )


def _within(by: Dimension, name: str, arm: Standing) -> str:
    found = next((each.success for each in arm.slices if (each.by, each.name) == (by, name)), None)
    return NONE if found is None else f"{100 * found.value:.0f} {interval(found, digits=0)}"


def _mean(metric: Metric, mean: Estimate | None) -> str:
    if mean is None:
        return NONE
    value = number(mean.value, metric.unit)
    if mean.low is None or mean.high is None or mean.low == mean.high:
        return value
    return f"{value} ±{number(max(mean.high - mean.value, mean.value - mean.low), metric.unit, like=mean.value)}"


def _comparisons(comparisons: Sequence[Comparison]) -> Section:
    best = comparisons[0].best
    notes = ["The best was chosen on these very episodes: confirm it on other seeds before you rely on it."]
    notes += [_unknown(each) for each in comparisons if each.worst_case[0] < each.worst_case[1]]
    return Section(
        title=f"{best} against the rest, on the same tasks and seeds",
        headings=("minus", "points of success [95 %]", "p (Holm)", "pairs"),
        rows=tuple(_compared(comparison) for comparison in comparisons),
        notes=tuple(notes),
    )


def _unknown(comparison: Comparison) -> str:
    low, high = (f"{100 * bound:+z.1f}" for bound in comparison.worst_case)
    return f"{comparison.other}: whatever the missing episodes were, the difference is between {low} and {high} points."


def _compared(comparison: Comparison) -> tuple[str, ...]:
    points = f"{100 * comparison.difference.value:+z.1f} {interval(comparison.difference)}"
    return comparison.other, points, p_value(comparison.p_value), f"{comparison.pairs:,}"


def _name(arm: Standing, standings: Standings) -> str:
    """The title says that models are simulated; where only some are, each of those says so itself."""
    mixed = standings.simulated and not all(other.simulated for other in standings.arms)
    return f"{arm.arm} (simulated)" if arm.simulated and mixed else arm.arm
