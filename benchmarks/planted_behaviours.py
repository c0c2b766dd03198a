"""Mistakes of simulated models at known rates, and what metrics and detectors make of them."""

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from goals import Goal
from planted_agent import PlantedAgent
from scipy import stats

from wardian.base.identity import derive_seed
from wardian.base.messages import Message
from wardian.certification.trial import played, tried
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_pack
from wardian.episodes.record import Acted, Episode
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.failures.symptom import Detector
from wardian.scoring.score import Score
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.simulator.skill import Fault
from wardian.specs.environments import EnvironmentSpec

ROOT = Path(__file__).parents[1] / "envs"
PACKS = ("retail", "bank", "device_support", "helpdesk", "office", "ops", "sqlops", "workspace", "bfcl")
OUTSIDE = "points outside"
TASKS = 60
REPEATS = 2
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
    """What is planted, and three numbers of an episode: occasions, what was planted of them, what was measured."""

    name: str
    fault: Fault
    rate: float
    occasions: Count
    planted: Count
    measured: Count
    recovery: float = 1.0


def planted(quick: bool = False) -> Iterator[Goal]:
    """One line for each pack and behaviour: how far the planted rate is outside of the measured interval."""
    for name in PACKS[:2] if quick else PACKS:
        pack = load_pack(EnvironmentSpec(pack=name), [ROOT])
        cards = pack.tasks()[: 20 if quick else TASKS]
        for behaviour in BEHAVIOURS:
            if row := _row(name, behaviour, asyncio.run(_episodes(pack, cards, behaviour))):
                yield row


async def _episodes(pack: Pack, cards: Sequence[TaskCard], behaviour: Behaviour) -> list[list[Played]]:
    """The episodes of each task."""
    return [await _of_task(pack, card, behaviour) for card in cards]


async def _of_task(pack: Pack, card: TaskCard, behaviour: Behaviour) -> list[Played]:
    script = pack.reference(card.id)
    reference = await tried(pack, card, script)
    own = await _scores(reference)
    episodes = []
    for repeat in range(REPEATS):
        seed = derive_seed("planted", behaviour.name, pack.name, card.id, repeat)
        agent = PlantedAgent(script, behaviour.fault, behaviour.rate, behaviour.recovery, seed)
        episode = await played(pack, card, agent)
        episodes.append(Played(agent, episode, await _scores(episode), reference, own))
    return episodes


async def _scores(episode: Episode) -> dict[str, Score]:
    return {score.metric: score for score in await TrajectoryScorer().score(episode)}


def _row(pack: str, behaviour: Behaviour, tasks: list[list[Played]]) -> Goal | None:
    """None where there is no occasion for it."""
    occasions, planted, measured = (
        np.array([sum(map(count, task)) for task in tasks], dtype=float)
        for count in (behaviour.occasions, behaviour.planted, behaviour.measured)
    )
    if not planted.sum():
        return None
    truth = float(planted.sum() / occasions.sum())
    low, high = _interval(measured, occasions)
    text = f"{pack}: {behaviour.name}: planted {planted.sum():.0f} of {occasions.sum():.0f} ({truth:.1%}), "
    text += f"measured {measured.sum():.0f}, [{low:.1%}, {high:.1%}]"
    return Goal(text, 100 * max(low - truth, truth - high, 0.0), OUTSIDE, 0.0)


def _interval(parts: np.ndarray, wholes: np.ndarray) -> tuple[float, float]:
    """95 % for a ratio of sums, over tasks: episodes of one task are alike. Exact where none or all of them count."""
    part, whole, tasks = float(parts.sum()), float(wholes.sum()), len(parts)
    if part in (0.0, whole):
        exact = stats.binomtest(int(part), int(whole)).proportion_ci(0.95)
        return float(exact.low), float(exact.high)
    spread = math.sqrt(((parts - part / whole * wholes) ** 2).sum() * tasks / (tasks - 1)) / whole
    half = float(stats.t.ppf(0.975, tasks - 1)) * spread
    return max(part / whole - half, 0.0), min(part / whole + half, 1.0)


def _evidence(metric: str) -> Count:
    return lambda one: len(one.scores[metric].evidence)


def _harmful(one: Played) -> int:
    """Planted arguments in episodes that failed: the call changed more than the time, or the right one never came."""
    made = {(event.call.name, event.call.arguments) for event in one.episode.acted}
    return sum(
        one.failed and (_changed(one, turn) or not _calls(right) <= made) for turn, right in one.agent.instead.items()
    )


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
    """Errors after which the model did something else within three steps."""
    answers = one.agent.after_errors
    return sum(any(answers.get(turn + step, False) for step in range(1, REACH + 1)) for turn in _errors(one))


def _recovered(one: Played) -> int:
    return len(set(_errors(one).values()) - set(one.scores["recovery_rate"].evidence))


BEHAVIOURS = (
    Behaviour(
        "hallucinated ids (ungrounded_args)",
        "hallucinated_id",
        0.05,
        lambda one: one.agent.occasions,
        lambda one: len(one.agent.planted) + len(one.own["ungrounded_args"].evidence),
        _evidence("ungrounded_args"),
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
)
