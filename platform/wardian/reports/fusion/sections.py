"""The words and numbers of a bench, before anybody lays them out."""

from collections.abc import Iterable, Iterator

from wardian.reports.fusion.outcome import ArmReport, BenchReport, PanelReport
from wardian.reports.fusion.reckoning import draws_for
from wardian.reports.numerals import NONE, dollars, percent, points
from wardian.reports.sections import Section

__all__ = ["bench_sections"]


def bench_sections(report: BenchReport) -> tuple[Section, ...]:
    """The verdicts first, then how the fusions decide, what the panel is worth, and what the arms cost."""
    return _verdicts(report), _decisions(report), _costs(report)


def _verdicts(report: BenchReport) -> Section:
    marked = " · SIMULATED MODELS" if report.simulated else ""
    return Section(
        title=f"{report.fusion} on {report.questions:,} questions{marked}",
        headings=("arm", "right % [95 %]", "cost", "against", "difference [95 %]", "fusion"),
        rows=tuple(_verdict(arm, report) for arm in report.arms),
        notes=tuple(_notes(report)),
    )


def _verdict(arm: ArmReport, report: BenchReport) -> tuple[str, ...]:
    best = " (best member)" if arm.name == report.best else ""
    said = (f"{arm.name}{best}", percent(arm.right), f"x{arm.expense:.2f}")
    if arm.difference is None:
        return *said, NONE, NONE, NONE
    held = arm.against if arm.against_expense is None else f"{arm.against} (x{arm.against_expense:.2f})"
    return *said, held, points(arm.difference), arm.ruling or NONE


def _notes(report: BenchReport) -> Iterator[str]:
    unit = "US dollars" if report.in_dollars else "calls, for some price is unknown or zero"
    yield f"Cost: as so many times the best member's, in {unit}."
    yield (
        "Against: the best single that costs no more, a member or as many draws of the best one as this fusion pays "
        "for. It is chosen on these questions, which favours it a little."
    )
    if poor := [arm.name for arm in report.arms if arm.kind == "fused" and max(draws_for(arm.expense, 1.0)) < 2]:
        yield f"Too cheap for a second draw of the best member: {', '.join(poor)}."
    helping = [arm.name for arm in report.arms if arm.ruling == "helps"]
    harming = [arm.name for arm in report.arms if arm.ruling == "HARMS"]
    fused = [arm for arm in report.arms if arm.kind == "fused"]
    if fused and not helping:
        yield "Fusion does NOT help here: no difference to a single at equal budget is shown to be above zero."
    if len(fused) > 1:
        yield f"{len(fused)} fusions are compared; of twenty such intervals one misses the truth by chance."
    if harming:
        yield f"Worse than a single at equal budget: {', '.join(harming)}."
    if report.simulated:
        yield "Simulated models answered: the figures say something of the arithmetic, nothing of real models."


def _decisions(report: BenchReport) -> Section:
    """How each fusion decides, beside what it must reach."""
    return Section(
        title="Who decides, and how well",
        headings=("fusion", "s % [95 %]", "s* % [95 %]", "over best member [95 %]", "kept %", "rescued %", "degraded"),
        rows=tuple(_decision(arm, report.panel) for arm in report.arms if arm.kind == "fused"),
        notes=(*_about(report.panel), *_talk(report.arms)),
    )


def _decision(arm: ArmReport, panel: PanelReport) -> tuple[str, ...]:
    return (
        arm.name,
        percent(arm.s),
        percent(panel.needed),
        points(arm.over_best),
        NONE if arm.kept is None else f"{100 * arm.kept.value:.1f}",
        NONE if arm.rescued is None else f"{100 * arm.rescued.value:.1f}",
        f"{arm.degraded:,}",
    )


def _about(panel: PanelReport) -> Iterator[str]:
    yield (
        "s: right where members are not all right and not all wrong; above s* it beats the best member. Kept: right "
        "where all members are. Rescued: right where none is."
    )
    yield (
        f"All members right on {percent(panel.all_right)} %, none on {percent(panel.all_wrong)} %, mixed on "
        f"{panel.mixed:,} questions; whoever always chose right would reach {percent(panel.oracle)} %."
    )
    if panel.alike is not None:
        yield f"Being right correlates {panel.alike:.2f} between members; the higher, the less there is to gain."


def _talk(arms: Iterable[ArmReport]) -> Iterator[str]:
    for arm in arms:
        if (gain := arm.over_unheard) is not None:
            yield f"{arm.name}: {points(gain)} points against a vote over its first answers, before anybody was heard."


def _costs(report: BenchReport) -> Section:
    notes = ["Times of an arm as if it ran alone: x single is against the best member, x slowest against the slowest."]
    if report.cached:
        notes.append("Answers came out of the reply cache: they take as long as when they were first asked for.")
    return Section(
        title="Cost and time",
        headings=("arm", "1,000 questions", "calls", "p50 s", "p95 s", "x single", "x slowest", "unanswered"),
        rows=tuple(_cost(arm) for arm in report.arms),
        notes=tuple(notes),
    )


def _cost(arm: ArmReport) -> tuple[str, ...]:
    return (
        arm.name,
        "unknown" if arm.cost_usd is None else dollars(1_000 * arm.cost_usd),
        f"{arm.calls:.1f}",
        f"{arm.p50_s:.2f}",
        f"{arm.p95_s:.2f}",
        _times(arm.against_single),
        _times(arm.against_slowest),
        f"{arm.unanswered:,}",
    )


def _times(ratio: float | None) -> str:
    return NONE if ratio is None else f"{ratio:.2f}"
