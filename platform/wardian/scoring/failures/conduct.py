"""How the agent went about it: made-up ids, circles, errors that it did not get over."""

from collections.abc import Iterator
from typing import Final

from wardian.scoring.failures.case import Case
from wardian.scoring.failures.symptom import Symptom
from wardian.scoring.hallucination import inventions
from wardian.scoring.recovery import longest_loop, unrecovered
from wardian.scoring.walk import Step, Walk

__all__ = ["dead_ends", "loops", "made_up_ids"]

SHORTEST_LOOP: Final = 3
"""Two equal calls are a slip: `redundant_calls` counts them."""


def made_up_ids(case: Case) -> Iterator[Symptom]:
    """`hallucinated_id`; not a value that the reference gives there too without having heard it: a schema names it."""
    invented = inventions(case.walk)
    heard_nowhere = inventions(case.reference) if invented and case.reference is not None else ()
    granted = {(name, value) for _, name, value in heard_nowhere}
    steps = _by_position(case.walk)
    for position, name, value in invented:
        if (name, value) not in granted:
            tool = steps[position].acted.call.name
            yield Symptom(detector="hallucinated_id", tool=tool, about=name, positions=(position,))


def loops(case: Case) -> Iterator[Symptom]:
    """`loop`: the longest stretch that goes round in a circle; its tool is the first one in it."""
    steps = longest_loop(case.walk.steps)
    if len(steps) >= SHORTEST_LOOP:
        positions = tuple(step.position for step in steps)
        yield Symptom(detector="loop", tool=steps[0].acted.call.name, positions=positions)


def dead_ends(case: Case) -> Iterator[Symptom]:
    """`dead_end_no_recovery`, about the error or, where a fault struck, about that."""
    for step in unrecovered(case.walk.steps):
        seen = step.acted.observation
        yield Symptom(
            detector="dead_end_no_recovery",
            tool=step.acted.call.name,
            about=seen.fault or seen.error or "",
            positions=(step.position,),
        )


def _by_position(walk: Walk) -> dict[int, Step]:
    return {step.position: step for step in walk.steps}
