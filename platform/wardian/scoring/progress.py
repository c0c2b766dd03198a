"""How far the agent got, and how soon."""

from collections import Counter
from itertools import accumulate
from typing import NamedTuple

from wardian.environments.findings import CheckResult, Findings
from wardian.environments.ledger import Ledger
from wardian.scoring.effects import effect, effects
from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = ["GOAL_PROGRESS", "METRICS", "PROGRESS_AUC", "TURNS_TO_RESOLUTION", "arrived", "progress"]

GOAL_PROGRESS = Metric(
    name="goal_progress",
    evidence="the action that got furthest",
    unit="share",
    better="higher",
    high=1.0,
    description="The largest share of the milestones that was reached at one time. Milestones are the net changes of "
    "the reference, and checks that say so (facts told, things looked up, the stages of a task program in the "
    "program's order). Does not apply without milestones, nor when "
    "nobody could look.",
)
PROGRESS_AUC = Metric(
    name="progress_auc",
    detail=True,
    unit="share",
    better="higher",
    high=1.0,
    description="How soon that was: the mean, over the agent's calls and texts, of the largest share reached by then. "
    "0 when it did nothing. Compare it on the same tasks only. Does not apply where `goal_progress` does not.",
)
TURNS_TO_RESOLUTION = Metric(
    name="turns_to_resolution",
    evidence="the action that reached the last one",
    detail=True,
    unit="turns",
    better="lower",
    description="Model calls until all milestones were reached; what came after that is not counted. Does not apply "
    "when some were not reached.",
)
METRICS = (GOAL_PROGRESS, PROGRESS_AUC, TURNS_TO_RESOLUTION)


class Point(NamedTuple):
    """After the action at `position`, by which the agent had been asked `turns` times, this `share` was reached."""

    position: int
    turns: int
    share: float


def progress(walk: Walk) -> list[Score]:
    """Follow the milestones from action to action."""
    findings = walk.episode.findings
    total = 0 if findings is None else _total(findings)
    if findings is None or not total:
        return [metric.score(None) for metric in METRICS]
    points = _points(walk, findings, total)
    best = max(points, key=lambda point: point.share, default=Point(0, 0, 0.0))  # the first of equals
    reached = list(accumulate((point.share for point in points), max))
    resolved = best.share == 1.0
    return [
        GOAL_PROGRESS.score(best.share, (best.position,) if best.share else ()),
        PROGRESS_AUC.score(sum(reached) / len(reached) if reached else 0.0),
        TURNS_TO_RESOLUTION.score(float(best.turns) if resolved else None, (best.position,) if resolved else ()),
    ]


def arrived(walk: Walk, position: int) -> bool:
    """Whether the action at `position` itself reached a stage, or all milestones are reached in the end.

    False where nobody could look, or there are no milestones.
    """
    findings = walk.episode.findings
    if findings is None or not _total(findings):
        return False
    if any(
        walk.position(action) == position for check in _stages(findings) if check.passed for action in check.actions
    ):
        return True
    points = _points(walk, findings, _total(findings))
    return bool(points) and points[-1].share == 1.0


def _stages(findings: Findings) -> list[CheckResult]:
    return [check for check in findings.checks if check.milestone]


def _total(findings: Findings) -> int:
    return len(findings.expected) + max(len(_stages(findings)), findings.milestones)


def _points(walk: Walk, findings: Findings, total: int) -> list[Point]:
    """The share after every action. What the user does, as they were told, counts from the next action on."""
    stages = _reached_at(walk, findings)
    goals, wanted = {effect(goal): goal for goal in findings.expected}, effects(findings.expected)
    ledger, held, turns = Ledger(), 0, 0
    points: list[Point] = []
    acted = set(walk.actions)
    for position, event in enumerate(walk.episode.events):
        if event.kind == "asked":
            turns = event.turn
        else:
            changes = event.changes if event.kind == "said" else event.observation.changes
            ledger.take(changes)
            if changes:
                times = Counter({each: ledger.times(goal) for each, goal in goals.items()})
                held = (times & wanted).total()  # goals that are alike need a row each
        if position in acted:
            reached = held + sum(at <= position for at in stages)
            points.append(Point(position, turns, reached / total))
    return _ended(points, (wanted & effects(findings.actual)).total() + len(stages), total)


def _ended(points: list[Point], reached: int, total: int) -> list[Point]:
    """In the end the environment says itself what was reached; a record may tell less of the way there."""
    if points and reached / total > points[-1].share:
        points[-1] = points[-1]._replace(share=reached / total)
    return points


def _reached_at(walk: Walk, findings: Findings) -> list[int]:
    """The positions at which stages were reached; where nobody says so, at the end."""
    end = walk.actions[-1] if walk.actions else 0
    at = (walk.position(check.actions[0]) if check.actions else end for check in _stages(findings) if check.passed)
    return [end if position is None else position for position in at]
