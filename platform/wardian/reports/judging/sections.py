"""The words and numbers of a judge's calibration, before anybody lays them out."""

from collections.abc import Iterator

from wardian.reports.judging.outcome import Corrected, Drawn, JudgeReport, Strength, Sureness
from wardian.reports.numerals import NONE, dollars, percent
from wardian.reports.sections import Section
from wardian.scoring.statistics import Estimate

__all__ = ["judge_sections"]


def judge_sections(report: JudgeReport) -> tuple[Section, ...]:
    """How often it is right, what draws it, and whose answers it likes."""
    sections = [_worth(report)]
    if report.strengths:
        sections.append(_liking(report.strengths))
    return tuple(sections)


def _worth(report: JudgeReport) -> Section:
    marked = " · SIMULATED MODEL" if report.simulated else ""
    power = " · UNDERPOWERED" if report.underpowered else ""
    return Section(
        title=f"Judge {report.judge} on {report.items:,} items, {report.mixed:,} of them mixed{power}{marked}",
        headings=("measure", "found [95 %]", "without any skill or liking"),
        rows=tuple(_rows(report)),
        notes=tuple(_notes(report)),
    )


def _rows(report: JudgeReport) -> Iterator[tuple[str, str, str]]:
    yield "accuracy on mixed items (s) %", percent(report.accuracy), f"{100 * report.chance:.1f}"
    yield "Cohen's kappa", _plain(report.kappa), "0"
    yield "the same in both orders %", percent(report.consistent), NONE
    by_chance = NONE if report.first_by_chance is None else f"{100 * report.first_by_chance:.1f}"
    yield "prefers whoever stands first %", percent(report.first), by_chance
    if report.sureness is not None:
        yield from _sure(report.sureness)
    if report.drawn is not None:
        yield from _drawn(report.drawn)
    if report.corrected is not None:
        yield from _corrected(report.corrected)


def _sure(found: Sureness) -> Iterator[tuple[str, str, str]]:
    yield "confidence that it states %", f"{100 * found.confidence:.1f}", NONE
    yield "calibration error (ECE) %", f"{100 * found.ece:.1f}", NONE
    yield "Brier score", _plain(found.brier), "0.25"


def _drawn(found: Drawn) -> Iterator[tuple[str, str, str]]:
    yield "drawn by being right (log-odds)", _plain(found.right), "0"
    yield "drawn by e times the length (log-odds)", _plain(found.length), "0"
    yield "drawn by standing before (log-odds)", _plain(found.place), "0"


def _corrected(found: Corrected) -> Iterator[tuple[str, str, str]]:
    yield "accepts where one is right %", percent(found.sensitivity), NONE
    yield "accepts none where none is right %", percent(found.specificity), NONE
    yield "accepts, of the unmarked %", percent(found.apparent), NONE
    yield "of these really with a right one (Rogan-Gladen) %", percent(found.corrected), NONE


def _notes(report: JudgeReport) -> Iterator[str]:
    if report.underpowered:
        yield (
            f"Underpowered: an interval of 5 points to either side needs {report.needed:,} mixed items, here are "
            f"{report.mixed:,}."
        )
    if report.bound is not None:
        yield f"A panel with s* = {100 * report.bound:.1f} % needs a judge above that; this one is {report.ruling}."
    if report.unread:
        yield f"No verdict that counts on {report.unread:,} mixed items: something else than the judge decides there."
    yield f"Cost of all verdicts: {'unknown' if report.cost_usd is None else dollars(report.cost_usd)}."
    yield "Whoever selects answers must not grade them as well: these numbers are for selecting."


def _liking(strengths: tuple[Strength, ...]) -> Section:
    return Section(
        title="Whose candidates it likes (Bradley-Terry)",
        headings=("source", "candidates", "log-odds against the average [95 %]", "right %"),
        rows=tuple(
            (
                each.source,
                f"{each.candidates:,}",
                _plain(each.strength),
                NONE if each.right is None else f"{100 * each.right:.1f}",
            )
            for each in strengths
        ),
    )


def _plain(estimate: Estimate | None) -> str:
    if estimate is None:
        return NONE
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f}"
    return f"{estimate.value:z.2f} [{estimate.low:z.2f}, {estimate.high:z.2f}]"
