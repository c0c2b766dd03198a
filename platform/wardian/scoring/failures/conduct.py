"""How the agent went about it: made-up ids, circles, errors that it did not get over."""

from collections.abc import Iterator
from typing import Final

from wardian.scoring.failures.case import Case
from wardian.scoring.failures.symptom import Symptom
from wardian.scoring.hallucination import inventions
from wardian.scoring.recovery import LOOP_LEN, RECOVERY_RATE, recovery
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
    positions = _evidence(case.walk, LOOP_LEN.name)
    if len(positions) >= SHORTEST_LOOP:
        first = _by_position(case.walk)[positions[0]]
        yield Symptom(detector="loop", tool=first.acted.call.name, positions=positions)


def dead_ends(case: Case) -> Iterator[Symptom]:
    """`dead_end_no_recovery`, about the error or, where a fault struck, about that."""
    steps = _by_position(case.walk)
    for position in _evidence(case.walk, RECOVERY_RATE.name):
        seen = steps[position].acted.observation
        yield Symptom(
            detector="dead_end_no_recovery",
            tool=steps[position].acted.call.name,
            about=seen.fault or seen.error or "",
            positions=(position,),
        )


def _evidence(walk: Walk, metric: str) -> tuple[int, ...]:
    return next(score.evidence for score in recovery(walk) if score.metric == metric)


def _by_position(walk: Walk) -> dict[int, Step]:
    return {step.position: step for step in walk.steps}
