"""What a leaderboard has beyond its first page: reliability, success told apart, and what metrics are worth."""

from collections.abc import Sequence
from typing import Final, Literal

from wardian.reports.numerals import NONE, interval
from wardian.reports.sections import ARROWS, SHOWN_ARMS, Section, sliced
from wardian.reports.standings import Calibration, Dimension, Standing, Standings
from wardian.scoring.catalogue import known_metrics
from wardian.scoring.statistics import Estimate

__all__ = ["detail_sections"]

TOLD_APART: Final[dict[Dimension, str]] = {
    "environment": "Success % [95 %] by environment",
    "difficulty": "Success % [95 %] by difficulty",
    "fault": "Success % [95 %] by what went wrong with a call",
    "template": "Success % [95 %] by template",
}
BY_CHANCE: Final = "Of many parts some stand out by chance: these intervals are not adjusted for their number."
MET: Final = "Longer episodes meet more faults, so a difference may not be the fault's; several kinds count in each."
MEANINGS: Final = {
    "pass@": "pass@k: one of k tries of a task succeeds. pass^k: all of them do.",
    "flips": "flips: how often two tries of a task, or tasks of one template with other users, come out differently.",
    "other": "other templates: success, with the interval for other templates like these instead of these very ones.",
}
NOTHING: Final = (
    "The chance that of a success and a failure the success has the better value (the larger, where none is better): "
    "0.50 says nothing. Over all arms, what tells arms apart counts too."
)
BESIDE: Final = 2
"""Arms beside the column of all of them; of more, each is in the JSON."""
KIN: Final = "* is success itself, or made of the same checks and changes: that it agrees says little."


def detail_sections(standings: Standings) -> tuple[Section, ...]:
    """Those that have something to say."""
    shown = standings.arms[:SHOWN_ARMS]
    sections = [_reliability(shown)]
    for by, title in TOLD_APART.items():
        told = sliced(by, title, shown)
        sections.append(told.model_copy(update={"notes": (BY_CHANCE, MET) if by == "fault" else (BY_CHANCE,)}))
    sections.append(_calibration(standings, [arm.arm for arm in shown]))
    return tuple(section for section in sections if section.rows)


def _reliability(arms: Sequence[Standing]) -> Section:
    ks = sorted({each.k for arm in arms for each in arm.reliability if each.k > 1})
    rows = [(f"pass@{k}", *(_tries(arm, k, every=False) for arm in arms)) for k in ks]
    rows += [(f"pass^{k}", *(_tries(arm, k, every=True) for arm in arms)) for k in ks]
    rows.append(("flips, two tries", *(_flips(arm, "tries") for arm in arms)))
    rows.append(("flips, two users", *(_flips(arm, "users") for arm in arms)))
    rows.append(("other templates", *(_percent(arm.across_templates) for arm in arms)))
    said = tuple(row for row in rows if set(row[1:]) - {NONE})
    return Section(
        title="How reliable they are (% [95 %])",
        headings=("", *(arm.arm for arm in arms)),
        rows=said,
        notes=tuple(meaning for label, meaning in MEANINGS.items() if any(row[0].startswith(label) for row in said)),
    )


def _tries(arm: Standing, k: int, *, every: bool) -> str:
    found = next((each for each in arm.reliability if each.k == k), None)
    return NONE if found is None else _percent(found.all_of if every else found.any_of)


def _flips(arm: Standing, over: Literal["tries", "users"]) -> str:
    """Between users templates are compared, not tasks."""
    rate = next((each.rate for each in arm.flips if each.over == over), None)
    return _percent(rate, "task" if over == "tries" else "template")


def _percent(estimate: Estimate | None, unit: str = "task") -> str:
    return NONE if estimate is None else f"{100 * estimate.value:.0f} {interval(estimate, digits=0, unit=unit)}"


def _calibration(standings: Standings, arms: Sequence[str]) -> Section:
    """The metrics that say most first; those that are made of success last."""
    rows, metrics = standings.calibration, known_metrics(standings.own)
    better = {name: ARROWS[metric.better] for name, metric in metrics.items()}
    each = [arm for arm in arms if any(row.arm == arm for row in rows)]
    each = each if len(each) <= BESIDE else []
    known = {(row.metric, row.arm): row for row in rows}
    ranked = sorted((row for row in rows if row.arm is None), key=_weight)
    return Section(
        title="Which metrics tell successes from failures (AUROC)",
        headings=("metric", "episodes", "all arms [95 %]" if len(arms) > 1 else "AUROC [95 %]", *each),
        rows=tuple(
            (
                row.metric + better.get(row.metric, "") + ("*" if row.kin else ""),
                f"{row.episodes:,}",
                f"{row.auroc.value:.2f} {_bounds(row.auroc)}",
                *(_plain(known.get((row.metric, arm))) for arm in each),
            )
            for row in ranked
        ),
        notes=(NOTHING, *((KIN,) if any(row.kin for row in ranked) else ())),
    )


def _weight(row: Calibration) -> tuple[bool, float]:
    return row.kin is not None, -abs(row.auroc.value - 0.5)


def _bounds(area: Estimate) -> str:
    return "" if area.low is None or area.high is None else f"[{area.low:.2f}, {area.high:.2f}]"


def _plain(row: Calibration | None) -> str:
    return NONE if row is None else f"{row.auroc.value:.2f}"
