"""Stretches in which the agent gets nowhere, and whether it gets out of them."""

from collections.abc import Iterator
from typing import NamedTuple

from wardian.environments.reading import read
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import succeeded
from wardian.scoring.progress import arrived
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = ["DEAD_END_EXIT", "GAVE_UP", "METRICS", "STALL", "dead_ends", "gave_up"]

DEAD_END = 3
"""Calls in a stretch that gets nowhere from which on it is a dead end."""

STALL = Metric(
    name="stall",
    evidence="calls of that stretch",
    unit="calls",
    better="lower",
    description="Calls in the longest stretch, without a word of the user in between, that got nowhere: each of them "
    "failed, or changed nothing and told nothing new (as in `no_gain_reads`).",
)
DEAD_END_EXIT = Metric(
    name="dead_end_exit",
    evidence="the last calls of the other stretches",
    detail=True,
    unit="share",
    better="higher",
    high=1.0,
    description=f"Share of the stretches of {DEAD_END} or more such calls that the agent got out of: by a call that "
    "gets somewhere, or by asking the user. Does not apply without "
    "such a stretch.",
)
GAVE_UP = Metric(
    name="gave_up",
    evidence="that last text",
    unit="share",
    better="lower",
    high=1.0,
    description="1 when the episode failed and ended by itself with a no: in its last text the agent says that "
    "something cannot be done, or hands over to somebody else, or it never said anything; else 0. A no that was due is "
    "none: that text is itself a milestone (as in `goal_progress`), or all of them are reached in the end. Does not "
    "apply when nobody could look.",
)
METRICS = (STALL, DEAD_END_EXIT, GAVE_UP)


class Stretch(NamedTuple):
    """Calls in a row that got nowhere; `left`: something came of what followed."""

    calls: tuple[int, ...]
    left: bool


def dead_ends(walk: Walk) -> list[Score]:
    """The evidence are the calls of the longest stretch, those that nothing came of, and the last word."""
    stretches = list(_stretches(walk))
    longest = max(stretches, key=lambda stretch: len(stretch.calls), default=Stretch((), left=True)).calls
    dead = [stretch for stretch in stretches if len(stretch.calls) >= DEAD_END]
    stuck = [stretch.calls[-1] for stretch in dead if not stretch.left]
    return [
        STALL.score(float(len(longest)), longest),
        DEAD_END_EXIT.ratio(len(dead) - len(stuck), len(dead), stuck),
        _gave_up(walk),
    ]


def _stretches(walk: Walk) -> Iterator[Stretch]:
    idle = {step.position for step in walk.steps if step.failed or step.position in walk.vain}
    calls: list[int] = []
    for position, event in enumerate(walk.episode.events):
        if position in idle:
            calls.append(position)
        elif event.kind != "asked" and calls:
            yield Stretch(tuple(calls), left=True)
            calls = []
    if calls:
        yield Stretch(tuple(calls), left=False)


def _gave_up(walk: Walk) -> Score:
    episode = walk.episode
    if episode.findings is None:
        return GAVE_UP.score(None)
    if succeeded(walk) or episode.stop != "finished":
        return GAVE_UP.score(0.0)
    no = gave_up(walk)
    spoken = walk.texts and walk.texts[-1][1].strip()
    return GAVE_UP.score(float(no), (walk.texts[-1][0],) if no and spoken else ())


def gave_up(walk: Walk) -> bool:
    """Whether the last text of an episode that failed is a no that was not due; silence is one."""
    position, text = walk.texts[-1] if walk.texts else (0, "")
    if not text.strip():
        return True
    reading = read(text)
    return (reading.denies or reading.hands_over) and not reading.done and not arrived(walk, position)
