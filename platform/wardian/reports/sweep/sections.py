"""The words and numbers of a sweep's report, before anybody lays them out."""

from collections.abc import Iterator, Sequence

from wardian.reports.numerals import NONE, dollars, points
from wardian.reports.sections import Section
from wardian.reports.sweep.standing import ConfigStanding, SettingEffect, SweepReport

__all__ = ["FEW", "sweep_sections", "verdict"]

FEW = 12
"""Configurations that a terminal shows; Markdown and JSON have all of them."""
WHY = {"behind": "behind", "worse": "worse", "missing": "no results"}


def verdict(report: SweepReport) -> str:
    """Who won, in a line; or that nobody did."""
    if report.best is None:
        return "No block is complete yet: nothing can be said."
    if report.winner is not None:
        return f"{report.winner} is better than {_beaten(report)}."
    rivals = [each.arm for each in report.rivals]
    more = f" and {len(rivals) - 3} more" if len(rivals) > 3 else ""
    return f"No separable winner: {report.best} is ahead, and cannot be told from {', '.join(rivals[:3])}{more}."


def _beaten(report: SweepReport) -> str:
    left = len(report.unproven)
    if not left:
        return "every other configuration"
    finalists = sum(1 for each in report.standings if each.settings and each.dropped is None) - 1
    last = "the other one that was" if finalists == 1 else f"the {finalists} others that were"
    return f"{last} played to the end; {left:,} were dropped before they were shown to be worse"


def sweep_sections(report: SweepReport, few: int | None = None) -> tuple[Section, ...]:
    """The ranking, the way from cheap to good, and what each setting does; the first `few` configurations alone."""
    own = [each for each in report.standings if each.settings]
    shown = [*own[:few], *(each for each in report.standings if not each.settings)]
    sections = [_ranking(report, shown, len(own) - len(own[:few])), _front(own, report), _effects(report)]
    return tuple(section for section in sections if section.rows or section.notes)


def _ranking(report: SweepReport, shown: Sequence[ConfigStanding], left: int) -> Section:
    marked = " · SIMULATED MODELS" if report.simulated else ""
    own = sum(1 for each in report.standings if each.settings)
    hidden = f": {own - left:,} of {own:,} configurations, {left:,} are not shown" if left else ""
    return Section(
        title=f"Sweep of {report.agent}{hidden}{marked}",
        headings=("configuration", f"{report.metric} %", "minus the best [all at once]", "$/episode", "n", "out"),
        rows=tuple(_row(each, report) for each in shown),
        notes=tuple(_notes(report, left)),
    )


def _row(each: ConfigStanding, report: SweepReport) -> tuple[str, ...]:
    return (
        each.arm + (" *" if each.front else ""),
        NONE if each.value is None or not each.telling else f"{100 * each.value:.1f}",
        "best" if each.arm == report.best else points(each.versus_best) if each.telling else "too few to say",
        "unknown" if each.cost_usd is None else dollars(each.cost_usd),
        f"{each.episodes:,}" + (f" ({each.missing} missing)" if each.missing else ""),
        "" if each.dropped is None else WHY[each.dropped],
    )


def _notes(report: SweepReport, left: int) -> Iterator[str]:
    yield verdict(report)
    share = report.episodes / report.factorial if report.factorial else 0.0
    state = "" if report.done else " so far"
    yield f"{report.episodes:,} episodes{state}, {100 * share:.0f} % of the {report.factorial:,} of the factorial."
    if report.best is not None:
        yield (
            f"In {100 * report.level:.0f} % of such sweeps all intervals hold at once, whoever came first. "
            "Who was dropped is compared on what it played, so its interval is wide."
        )
        yield "Those that played most stand first; of those that played as much, the better."
        yield "* no other one is better and no dearer."
        yield "The best was chosen on these very episodes: only a gate on new seeds makes it a champion."
    if left:
        yield f"{left:,} more configurations: `--markdown` and `--json` have all."
    if report.simulated:
        yield "Simulated models answered: these numbers say nothing about real ones."


def _front(own: Sequence[ConfigStanding], report: SweepReport) -> Section:
    front = sorted((each for each in own if each.front), key=lambda each: each.cost_usd or 0.0)
    return Section(
        title="From cheap to good: what more money buys",
        headings=("configuration", "$/episode", f"{report.metric} %", "n"),
        rows=tuple(
            (each.arm, dollars(each.cost_usd or 0.0), f"{100 * (each.value or 0.0):.1f}", f"{each.episodes:,}")
            for each in front
        ),
    )


def _effects(report: SweepReport) -> Section:
    return Section(
        title="Setting by setting, over all values of the others (first block)",
        headings=("setting", f"{report.metric} %", "minus its best value", "configurations"),
        rows=tuple(map(_effect, report.effects)),
    )


def _effect(each: SettingEffect) -> tuple[str, ...]:
    value = f"{each.value:g}" if isinstance(each.value, float) else str(each.value)
    difference = "best" if each.difference is None else points(each.difference)
    return f"{each.setting} = {value}", f"{100 * each.mean:.1f}", difference, f"{each.configs:,}"
