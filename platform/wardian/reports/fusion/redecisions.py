"""What a replay found, and how that is said."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from wardian.base.dollars import total_usd
from wardian.base.frozen import Frozen
from wardian.base.messages import Message
from wardian.reports.fusion.marking import is_right
from wardian.reports.fusion.recorded import RecordedTurn
from wardian.reports.fusion.replay import Redecided
from wardian.reports.numerals import NONE, dollars, interval, points
from wardian.reports.sections import Section
from wardian.scoring.statistics import Estimate, paired_difference, proportion
from wardian.specs.fusion.agree import AgreeSpec
from wardian.specs.questions import Question

__all__ = ["Replay", "ReplayReport", "Rights", "replay_sections", "rights_of"]


class Rights(Frozen):
    """How often answers are the gold ones, before and after; the difference is paired by question."""

    before: Estimate
    after: Estimate
    difference: Estimate


class ReplayReport(Frozen):
    """Recorded panels of one fusion, decided again.

    Args:
        run: whose record.
        fusion: which.
        mode: how they are decided now.
        judge: who judges now; "" for what the recorded one said.
        decided: turn by turn.
        rights: where gold answers are known.
    """

    run: str
    fusion: str
    mode: str
    judge: str
    decided: tuple[Redecided, ...]
    rights: Rights | None = None

    @property
    def cost_usd(self) -> float | None:
        """Of the judge's calls."""
        return total_usd(each.cost_usd for each in self.decided)


class Replay(Frozen):
    """A run's record, decided again: a report for each of its fusions.

    Args:
        fusions: those that can be decided as was asked.
        left_out: why the others cannot, by name.
    """

    fusions: tuple[ReplayReport, ...]
    left_out: dict[str, str] = {}


def rights_of(
    turns: Sequence[RecordedTurn], decided: Sequence[Redecided], questions: Mapping[str, Question], agree: AgreeSpec
) -> Rights | None:
    """How often both are right; None when no question of the turns is known."""
    pairs: list[tuple[float, float]] = []
    for turn, anew in zip(turns, decided, strict=True):
        if (question := questions.get(turn.task)) is None:
            continue
        said = Message(role="assistant", content=anew.said)
        before, after = (is_right(each, question, agree, turn.request) for each in (turn.message, said))
        pairs.append((float(before), float(after)))
    if not pairs:
        return None
    return Rights(
        before=proportion([before] for before, _ in pairs),
        after=proportion([after] for _, after in pairs),
        difference=paired_difference([after - before] for before, after in pairs),
    )


def replay_sections(replay: Replay) -> tuple[Section, ...]:
    """What stays, what changes, and what settles it, fusion by fusion."""
    sections = tuple(section for report in replay.fusions for section in _sections(report))
    if not replay.left_out:
        return sections
    rows = tuple(replay.left_out.items())
    return *sections, Section(title="Left out", headings=("fusion", "why"), rows=rows)


def _sections(report: ReplayReport) -> tuple[Section, ...]:
    judge = report.judge or "the recorded one"
    return (
        Section(
            title=f"{report.fusion} of {report.run}, decided by {report.mode} (judge: {judge})",
            headings=("turns", "same answer", "identical", "degraded", "unanswered", "judge's cost"),
            rows=(_counts(report),) if report.decided else (),
            notes=tuple(_notes(report)),
        ),
        Section(
            title="What settles it",
            headings=("by", "recorded", "now"),
            rows=tuple(_reasons(report.decided)),
        ),
    )


def _counts(report: ReplayReport) -> tuple[str, ...]:
    decided, cost = report.decided, report.cost_usd
    return (
        f"{len(decided):,}",
        f"{sum(each.same for each in decided):,}",
        f"{sum(each.identical for each in decided):,}",
        f"{sum(bool(each.degraded) for each in decided):,}",
        f"{sum(each.failure is not None for each in decided):,}",
        "unknown" if cost is None else dollars(cost),
    )


def _notes(report: ReplayReport) -> Iterator[str]:
    yield "No member was asked: what they said, and whether it was there in time, is what the record says."
    if (rights := report.rights) is not None:
        yield (
            f"Right: {100 * rights.before.value:.1f} % {interval(rights.before)} as recorded, "
            f"{100 * rights.after.value:.1f} % {interval(rights.after)} now; "
            f"difference {points(rights.difference)} points."
        )
        if rights.difference.low is None or rights.difference.low <= 0:
            yield "No gain is shown."


def _reasons(decided: Sequence[Redecided]) -> Iterator[tuple[str, ...]]:
    before: Counter[str] = Counter(NONE if each.before is None else each.before.by for each in decided)
    after: Counter[str] = Counter(each.by or NONE for each in decided)
    for reason in sorted({*before, *after}, key=lambda each: (-before[each] - after[each], each)):
        yield reason, f"{before[reason]:,}", f"{after[reason]:,}"
