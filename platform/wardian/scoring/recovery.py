"""What the agent does when things go wrong: find another way, or go in circles."""

from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Step, Walk

__all__ = ["LOOP_LEN", "METRICS", "RECOVERY_RATE", "recovery"]

REACH = 3
"""Calls within which an agent has to be back on its feet after an error."""

LONGEST_CYCLE = 3

RECOVERY_RATE = Metric(
    name="recovery_rate",
    unit="share",
    better="higher",
    high=1.0,
    description=f"Share of the failed calls after which a different call succeeds within {REACH} calls. "
    "Does not apply when no call failed.",
)
LOOP_LEN = Metric(
    name="loop_len",
    unit="calls",
    better="lower",
    description=f"Calls in the longest stretch that repeats a cycle of one to {LONGEST_CYCLE} calls "
    "without changing the state; 0 when nothing repeats.",
)
METRICS = (RECOVERY_RATE, LOOP_LEN)


def recovery(walk: Walk) -> list[Score]:
    """The evidence are the errors that were not recovered from, and the calls of the longest loop."""
    steps = walk.steps
    failed = [index for index, step in enumerate(steps) if step.failed]
    stuck = [steps[index].position for index in failed if not _recovered(steps, index)]
    loop = max((_loop(steps, period) for period in range(1, LONGEST_CYCLE + 1)), key=len)
    return [
        RECOVERY_RATE.ratio(len(failed) - len(stuck), len(failed), stuck),
        LOOP_LEN.score(float(len(loop)), (step.position for step in loop)),
    ]


def _recovered(steps: tuple[Step, ...], index: int) -> bool:
    following = steps[index + 1 : index + 1 + REACH]
    return any(not step.failed and step.signature != steps[index].signature for step in following)


def _loop(steps: tuple[Step, ...], period: int) -> tuple[Step, ...]:
    """The longest stretch in which every call repeats the one `period` earlier, for one whole cycle at least."""
    best, run = (0, 0), 0
    for index in range(period, len(steps)):
        step = steps[index]
        repeats = step.signature == steps[index - period].signature and not step.acted.changed
        run = run + 1 if repeats else 0
        if run >= period and run + period > best[1] - best[0]:
            best = (index + 1 - run - period, index + 1)
    return steps[slice(*best)]
