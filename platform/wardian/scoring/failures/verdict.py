"""What the environment's own examination says is wrong."""

from collections.abc import Iterator, Sequence

from wardian.environments.change import Change
from wardian.scoring.effects import row_of, touches
from wardian.scoring.failures.case import Case
from wardian.scoring.failures.symptom import Symptom
from wardian.scoring.walk import Step

__all__ = ["broken_rules", "unexplained", "wrong_rows"]

Kind = tuple[str, str]
"""A table, and what is wrong there."""


def broken_rules(case: Case) -> Iterator[Symptom]:
    """`policy_violation`, at the actions that broke the rule; its tool is that of the first one, if it is a call."""
    events = case.walk.episode.events
    for check in case.failed_checks:
        if check.rule is not None:
            found = (case.walk.position(action) for action in check.actions)
            positions = tuple(position for position in found if position is not None)
            first = events[positions[0]] if positions else None
            tool = first.call.name if first is not None and first.kind == "acted" else ""
            yield Symptom(detector="policy_violation", tool=tool, about=check.name, positions=positions)


def wrong_rows(case: Case) -> Iterator[Symptom]:
    """`bad_final_state`, for each table: the columns where something is missing, unwanted, or has a wrong value."""
    if case.succeeded:
        return
    for (table, what), changes in _by_kind(case).items():
        columns = ", ".join(sorted({change.column for change in changes}))
        culprits = _authors(changes, case.walk.steps) if what != "missing" else []
        wanted = case.reference.steps if case.reference is not None else ()
        tools = [step.acted.call.name for step in culprits or _authors(changes, wanted)]
        yield Symptom(
            detector="bad_final_state",
            tool=tools[0] if tools else "",
            about=f"{table}.{columns}: {what}",
            positions=tuple(step.position for step in culprits),
        )


def unexplained(case: Case) -> Symptom:
    """What a failed episode has of which nobody else says anything: the checks that did not pass."""
    return Symptom(detector="unexplained", about=", ".join(check.name for check in case.failed_checks))


def _by_kind(case: Case) -> dict[Kind, list[Change]]:
    """By table and what is wrong; a column that is both missing and unwanted has a wrong value."""
    lacking = {(change.table, change.column) for change in case.missing}
    made = {(change.table, change.column) for change in case.unwanted}
    found: dict[Kind, list[Change]] = {}
    for change in case.missing:
        if (change.table, change.column) not in made:
            found.setdefault((change.table, "missing"), []).append(change)
    for change in case.unwanted:
        what = "wrong" if (change.table, change.column) in lacking else "unwanted"
        found.setdefault((change.table, what), []).append(change)
    return found


def _authors(changes: Sequence[Change], steps: Sequence[Step]) -> list[Step]:
    rows = {row_of(change) for change in changes}
    return [step for step in steps if rows and touches(step, rows)]
