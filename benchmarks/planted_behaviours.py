"""Mistakes of simulated models at known rates, and what metrics and detectors make of them."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from planted_agent import Mistake, PlantedAgent

from wardian.base.messages import Message
from wardian.episodes.record import Acted, Episode
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.failures.symptom import Detector
from wardian.scoring.hallucination import inventions
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

REACH = 3
"""Calls within which `recovery_rate` wants to see another one succeed."""


@dataclass(frozen=True)
class Played:
    """One episode: what was planted in it, and what was found; `own` are the scores of the reference."""

    agent: PlantedAgent
    episode: Episode
    scores: dict[str, Score]
    reference: Episode
    own: dict[str, Score]

    def acted(self, turn: int) -> Acted | None:
        """The first call of a turn."""
        return next((event for event in self.episode.acted if event.turn == turn), None)

    def found(self, detector: Detector, about: str = "") -> set[int]:
        """All places of the symptoms of one detector; the end of the episode where a symptom has none."""
        symptoms = (each for each in diagnose(self.episode, self.reference) if each.detector == detector)
        return {place for each in symptoms if about in each.about for place in each.positions or (-1,)}

    @property
    def failed(self) -> bool:
        """Whether it did not succeed."""
        return not self.scores["success"].value


Count = Callable[[Played], int]


@dataclass(frozen=True)
class Behaviour:
    """What is planted, and three numbers of an episode: occasions, what was planted of them, what was measured.

    `chance`: how often it is planted on an occasion, where nothing but the rate decides that; else the rate that was
    planted is what came of it in the end.
    """

    name: str
    mistake: Mistake
    rate: float
    occasions: Count
    planted: Count
    measured: Count
    recovery: float = 1.0
    chance: float | None = None


def _evidence(metric: str) -> Count:
    return lambda one: len(one.scores[metric].evidence)


def _invented(one: Played) -> int:
    """Calls with a made-up id, but for those that the reference gives as well: of some tasks a schema names them."""
    granted = {(name, value) for _, name, value in inventions(Walk.of(one.reference))}
    return len({place for place, name, value in inventions(Walk.of(one.episode)) if (name, value) not in granted})


def _harmful(one: Played) -> int:
    """Planted arguments in episodes that failed: the call changed more than the time, or the right one never came.

    A look at the wrong thing is none where rows are wrong: those do not come of it.
    """
    made = {(event.call.name, event.call.arguments) for event in one.episode.acted}
    writes = {(event.call.name, event.call.arguments) for event in one.reference.acted if event.changed}
    return sum(
        one.failed and (_changed(one, turn) or (not calls <= made and (_rows_right(one) or bool(calls & writes))))
        for turn, calls in ((turn, _calls(right)) for turn, right in one.agent.instead.items())
    )


def _rows_right(one: Played) -> bool:
    findings = one.episode.findings
    return findings is not None and sorted(findings.expected, key=str) == sorted(findings.actual, key=str)


def _calls(message: Message) -> set[tuple[str, str]]:
    return {(call.name, call.arguments) for call in message.tool_calls}


def _changed(one: Played, turn: int) -> bool:
    call = one.acted(turn)
    return call is not None and any(change.table != "clock" for change in call.observation.changes)


def _idle(one: Played) -> int:
    """Repetitions in a world that is as it was after the call before, planted ones and the reference's own."""
    turns = {*one.agent.planted, *one.agent.again}
    calls = pairwise(one.episode.acted)
    idle = sum(call.turn in turns and call.digest == before.digest for before, call in calls)
    return idle + len(one.own["redundant_calls"].evidence)


def _errors(one: Played) -> dict[int, int]:
    """Turns and positions of planted calls that failed, and of their repetitions: not of what the world let fail."""
    failed = {
        event.turn: place
        for place, event in enumerate(one.episode.events)
        if event.kind == "acted" and event.observation.error is not None
    }
    errors: dict[int, int] = {}
    for turn, place in failed.items():
        if turn in one.agent.planted or (turn - 1 in errors and one.agent.after_errors.get(turn) is False):
            errors[turn] = place
    return errors


def _retreats(one: Played) -> int:
    """Errors after which the model did something else within three steps, and the world let it."""
    failed = {event.turn for event in one.episode.acted if event.observation.error is not None}
    others = {turn for turn, other in one.agent.after_errors.items() if other} - failed
    return sum(any(turn + step in others for step in range(1, REACH + 1)) for turn in _errors(one))


def _recovered(one: Played) -> int:
    return len(set(_errors(one).values()) - set(one.scores["recovery_rate"].evidence))


def _idle_texts(one: Played) -> set[int]:
    """Turns of the texts by which nothing had been done, nor could have been."""
    turns: set[int] = set()
    for event in one.episode.events:
        if event.kind == "asked":
            turns |= set() if event.completion.message.tool_calls else {event.turn}
        elif event.changes if event.kind == "said" else _may_have_done(event):
            break
    return turns


def _may_have_done(event: Acted) -> bool:
    seen = event.observation
    writes = event.changed if seen.writes is None else seen.writes
    return bool(seen.changes) or (writes and seen.error is None)


BEHAVIOURS = (
    Behaviour(
        "hallucinated ids (ungrounded_args)",
        "hallucinated_id",
        0.05,
        lambda one: one.agent.occasions,
        lambda one: len(one.agent.planted),
        _invented,
        chance=0.05,
    ),
    Behaviour(
        "wrong arguments that did harm (wrong_args)",
        "wrong_argument",
        0.05,
        lambda one: one.agent.occasions,
        _harmful,
        lambda one: len(one.found("wrong_args")),
    ),
    Behaviour(
        "calls once more for nothing (redundant_calls)",
        "loop",
        0.1,
        lambda one: one.agent.occasions,
        _idle,
        _evidence("redundant_calls"),
    ),
    Behaviour(
        "recoveries from errors, 40 % at each try (recovery_rate)",
        "hallucinated_id",
        0.1,
        lambda one: len(_errors(one)),
        _retreats,
        _recovered,
        recovery=0.4,
        chance=1 - 0.6**REACH,
    ),
    Behaviour(
        "giving up before the last call (premature_stop)",
        "give_up",
        0.03,
        lambda one: 1,
        lambda one: int(one.agent.unfinished and one.failed),
        lambda one: int(bool(one.found("premature_stop"))),
        recovery=0.0,
    ),
    Behaviour(
        "changes without asking (policy_violation)",
        "skip_confirmation",
        0.2,
        lambda one: 1,
        lambda one: int(bool(one.agent.planted) and one.failed),
        lambda one: int(bool(one.found("policy_violation"))),
    ),
    Behaviour(
        "numbers that are wrong (unsupported_number)",
        "wrong_number",
        0.2,
        lambda one: one.agent.occasions,
        lambda one: len(one.agent.planted),
        _evidence("unsupported_number"),
        chance=0.2,
    ),
    Behaviour(
        "deeds that nobody did (false_claim)",
        "false_claim",
        0.2,
        lambda one: len(_idle_texts(one)),
        lambda one: len(_idle_texts(one) & set(one.agent.planted)),
        _evidence("false_claim"),
        chance=0.2,
    ),
)
