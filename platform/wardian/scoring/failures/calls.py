"""Calls that are wrong, and calls that are not there, against those of the reference."""

from collections.abc import Iterable, Iterator

from wardian.scoring.failures.case import Case
from wardian.scoring.failures.purpose import differing, nearest
from wardian.scoring.failures.symptom import Symptom
from wardian.scoring.walk import Step

__all__ = ["invented_tools", "misplaced_calls", "other_words"]


def invented_tools(case: Case) -> Iterator[Symptom]:
    """`wrong_tool`: calls of tools that do not exist."""
    for step in case.walk.steps:
        if step.acted.observation.error == "unknown_tool":
            yield Symptom(detector="wrong_tool", tool=step.acted.call.name, positions=(step.position,))


def misplaced_calls(case: Case) -> Iterator[Symptom]:
    """`wrong_args` and `missing_call` for what is undone, then `wrong_args` and `wrong_tool` for what did harm."""
    if case.reference is None or case.succeeded:
        return
    for wanted, made in case.undone:
        if made is None:
            yield Symptom(detector="missing_call", tool=wanted.acted.call.name)
        else:
            yield from _wrong_args(made, wanted)
    standing_in = {made.position for _, made in case.undone if made is not None}
    strange = {made.position for made in case.strange} - standing_in
    for made in case.harmful:
        if made.position in strange:
            yield from _harm(made, case.reference.steps)


def other_words(case: Case) -> Iterator[Symptom]:
    """`wrong_args` for calls that say something else than the reference's: a mistake where there is no other one."""
    if not case.succeeded:
        for wanted, made in case.reworded:
            yield from _wrong_args(made, wanted)


def _harm(made: Step, reference: Iterable[Step]) -> Iterator[Symptom]:
    wanted = nearest(made, reference)
    if wanted is None:
        yield Symptom(detector="wrong_tool", tool=made.acted.call.name, positions=(made.position,))
    else:
        yield from _wrong_args(made, wanted)


def _wrong_args(made: Step, wanted: Step) -> Iterator[Symptom]:
    for name in differing(made, wanted):
        yield Symptom(detector="wrong_args", tool=made.acted.call.name, about=name, positions=(made.position,))
