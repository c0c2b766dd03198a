"""What the agent does when things go wrong: find another way, or go in circles."""

from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Step, Walk

__all__ = [
    "IDENTICAL_RETRY_RATE",
    "LOOP_LEN",
    "METRICS",
    "RECOVERED_AT_1",
    "RECOVERED_AT_5",
    "RECOVERY_RATE",
    "STEPS_TO_RECOVER",
    "longest_loop",
    "recovery",
    "unrecovered",
]

REACH = 3
"""Calls within which an agent has to be back on its feet after an error."""

FAR = 5

LONGEST_CYCLE = 3

RECOVERY_RATE = Metric(
    name="recovery_rate",
    evidence="failed calls that were not recovered from",
    unit="share",
    better="higher",
    high=1.0,
    description=f"Share of the failed calls after which a different call succeeds within {REACH} calls. "
    "Does not apply when no call failed.",
)
RECOVERED_AT_1 = Metric(
    name="recovered_at_1",
    evidence="the other failed calls",
    detail=True,
    unit="share",
    better="higher",
    high=1.0,
    description="The same with the very next call. Does not apply when no call failed.",
)
RECOVERED_AT_5 = Metric(
    name="recovered_at_5",
    evidence="the other failed calls",
    detail=True,
    unit="share",
    better="higher",
    high=1.0,
    description="The same within 5 calls. Does not apply when no call failed.",
)
STEPS_TO_RECOVER = Metric(
    name="steps_to_recover",
    detail=True,
    unit="calls",
    better="lower",
    low=1.0,
    description="Mean number of calls from a failed one to the first different one that succeeds, however far away. "
    "Does not apply when there is none.",
)
IDENTICAL_RETRY_RATE = Metric(
    name="identical_retry_rate",
    evidence="the calls that follow",
    detail=True,
    unit="share",
    better="lower",
    high=1.0,
    description="Share of the failed calls that the very same call follows at once. Calls that a fault refused are "
    "left out, for those may be repeated. Does not apply when no other call failed.",
)
LOOP_LEN = Metric(
    name="loop_len",
    evidence="calls of that stretch",
    unit="calls",
    better="lower",
    description=f"Calls in the longest stretch that repeats a cycle of one to {LONGEST_CYCLE} calls "
    "without changing the state; 0 when nothing repeats. A call that a fault refused may be repeated.",
)
METRICS = (RECOVERY_RATE, RECOVERED_AT_1, RECOVERED_AT_5, STEPS_TO_RECOVER, IDENTICAL_RETRY_RATE, LOOP_LEN)


def recovery(walk: Walk) -> list[Score]:
    """The evidence are the errors that were not recovered from, and the calls of the longest loop."""
    steps = walk.steps
    ways = _ways_out(steps)
    blamed = [index for index in ways if not steps[index].struck]
    same = [index for index in blamed if steps[index + 1 : index + 2] and _alike(steps[index], steps[index + 1])]
    found = [way for way in ways.values() if way is not None]
    loop = longest_loop(steps)
    return [
        _within(REACH, RECOVERY_RATE, steps, ways),
        _within(1, RECOVERED_AT_1, steps, ways),
        _within(FAR, RECOVERED_AT_5, steps, ways),
        STEPS_TO_RECOVER.ratio(sum(found), len(found)),
        IDENTICAL_RETRY_RATE.ratio(len(same), len(blamed), (steps[index + 1].position for index in same)),
        LOOP_LEN.score(float(len(loop)), (step.position for step in loop)),
    ]


def longest_loop(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The calls of the longest stretch that goes round in a circle."""
    return max((_loop(steps, period) for period in range(1, LONGEST_CYCLE + 1)), key=len)


def unrecovered(steps: tuple[Step, ...]) -> list[Step]:
    """The failed calls after which no other one succeeds within `REACH`."""
    return [steps[index] for index in _stuck(REACH, _ways_out(steps))]


def _ways_out(steps: tuple[Step, ...]) -> dict[int, int | None]:
    return {index: _way_out(steps, index) for index, step in enumerate(steps) if step.failed}


def _stuck(reach: int, ways: dict[int, int | None]) -> list[int]:
    return [index for index, way in ways.items() if way is None or way > reach]


def _way_out(steps: tuple[Step, ...], index: int) -> int | None:
    """Calls from a failed one to the first different one that succeeds."""
    later = enumerate(steps[index + 1 :], start=1)
    return next((way for way, step in later if not step.failed and not _alike(step, steps[index])), None)


def _alike(one: Step, other: Step) -> bool:
    return one.signature == other.signature


def _within(reach: int, metric: Metric, steps: tuple[Step, ...], ways: dict[int, int | None]) -> Score:
    stuck = [steps[index].position for index in _stuck(reach, ways)]
    return metric.ratio(len(ways) - len(stuck), len(ways), stuck)


def _loop(steps: tuple[Step, ...], period: int) -> tuple[Step, ...]:
    """The longest stretch in which every call repeats the one `period` earlier, for one whole cycle at least."""
    best, run = (0, 0), 0
    for index in range(period, len(steps)):
        step = steps[index]
        earlier = steps[index - period]
        repeats = step.signature == earlier.signature and not step.acted.changed and not earlier.struck
        run = run + 1 if repeats else 0
        if run >= period and run + period > best[1] - best[0]:
            best = (index + 1 - run - period, index + 1)
    return steps[slice(*best)]
