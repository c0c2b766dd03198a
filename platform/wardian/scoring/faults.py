"""What the agent makes of calls that something went wrong with, through no fault of its own."""

from typing import Final

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Step, Walk

__all__ = ["METRICS", "REPEATED_WRITES", "RETRY_OK", "faults"]

LABELS: Final = frozenset(
    {"idempotency_key", "request_id", "nonce", "comment", "description", "memo", "message", "note", "notes", "summary"}
)
"""Arguments that do not decide what a call does: two calls that differ in these alone have the same purpose."""

RETRY_OK = Metric(
    name="retry_ok",
    evidence="refused calls without a good end",
    unit="share",
    better="higher",
    high=1.0,
    description="Share of the calls that a fault refused (timeout, 429, 5xx, permission) whose purpose was fulfilled "
    "once all the same: a later call for it succeeds, or the refused one had done it and no later one does it again. "
    "Does not apply when no call was refused by a fault.",
)
REPEATED_WRITES = Metric(
    name="repeated_writes",
    evidence="these calls",
    unit="calls",
    better="lower",
    description="Calls that did once more what a call had done whose answer was lost: same tool, same arguments (keys "
    "and free text aside), and the state changed again. Does not apply when no such answer was lost.",
)
METRICS = (RETRY_OK, REPEATED_WRITES)


def faults(walk: Walk) -> list[Score]:
    """The evidence are the refused calls that came to no good end, and the writes that were done once more."""
    struck = [index for index, step in enumerate(walk.steps) if step.struck]
    lost = [index for index in struck if _wrote(walk.steps[index])]
    again = {index: _written_again(walk.steps, index) for index in lost}
    wrong = [index for index in struck if (again[index] if index in again else not _fulfilled(walk.steps, index))]
    twice = sorted({position for positions in again.values() for position in positions})
    return [
        RETRY_OK.ratio(len(struck) - len(wrong), len(struck), (walk.steps[index].position for index in wrong)),
        REPEATED_WRITES.score(float(len(twice)) if lost else None, twice),
    ]


def _wrote(step: Step) -> bool:
    return bool(step.acted.observation.changes)


def _written_again(steps: tuple[Step, ...], index: int) -> list[int]:
    """Positions of the later calls that did the same again."""
    return [later.position for later in _alike(steps, index) if _wrote(later)]


def _fulfilled(steps: tuple[Step, ...], index: int) -> bool:
    return any(not later.failed or _wrote(later) for later in _alike(steps, index))


def _alike(steps: tuple[Step, ...], index: int) -> list[Step]:
    """The later calls with the same purpose."""
    purpose = _purpose(steps[index])
    return [later for later in steps[index + 1 :] if _purpose(later) == purpose]


def _purpose(step: Step) -> tuple[str, bytes | str]:
    """The call's name and the arguments that decide."""
    if not isinstance(step.arguments, dict):
        return step.signature
    decisive: dict[str, JsonValue] = {name: value for name, value in step.arguments.items() if name not in LABELS}
    return step.acted.call.name, canonical_json(decisive)
