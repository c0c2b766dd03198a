"""Calls that are wrong, and calls that are not there, against those of the reference."""

from collections.abc import Iterable, Iterator

from wardian.scoring.failures.case import Case
from wardian.scoring.failures.purpose import differing, purpose_of
from wardian.scoring.failures.symptom import Symptom
from wardian.scoring.walk import Step

__all__ = ["invented_tools", "misplaced_calls"]


def invented_tools(case: Case) -> Iterator[Symptom]:
    """`wrong_tool`: calls of tools that do not exist."""
    for step in case.walk.steps:
        if step.acted.observation.error == "unknown_tool":
            yield Symptom(detector="wrong_tool", tool=step.acted.call.name, positions=(step.position,))


def misplaced_calls(case: Case) -> Iterator[Symptom]:
    """`wrong_args` and `missing_call` for what is undone, then `wrong_args` and `wrong_tool` for what did harm."""
    if case.reference is None or case.succeeded:
        return
    free = [step for step in case.walk.steps if purpose_of(step) not in case.purposes]
    for wanted in case.undone:
        made = _nearest(wanted, free)
        if made is None:
            yield Symptom(detector="missing_call", tool=wanted.acted.call.name)
        else:
            free.remove(made)
            yield from _wrong_args(made, wanted)
    for made in case.harmful:
        if made in free:
            yield from _harm(made, case.reference.steps)


def _harm(made: Step, reference: Iterable[Step]) -> Iterator[Symptom]:
    wanted = _nearest(made, reference)
    if wanted is None:
        yield Symptom(detector="wrong_tool", tool=made.acted.call.name, positions=(made.position,))
    else:
        yield from _wrong_args(made, wanted)


def _wrong_args(made: Step, wanted: Step) -> Iterator[Symptom]:
    for name in differing(made, wanted):
        yield Symptom(detector="wrong_args", tool=made.acted.call.name, about=name, positions=(made.position,))


def _nearest(step: Step, others: Iterable[Step]) -> Step | None:
    """The call of the same tool with the fewest other arguments, the first of equals; None when there is none."""
    alike = (other for other in others if other.acted.call.name == step.acted.call.name)
    return min(alike, key=lambda other: len(differing(step, other)), default=None)
