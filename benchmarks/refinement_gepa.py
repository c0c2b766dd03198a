"""gepa alone in the same numeric worlds: what it promotes, claims and plays when nothing else decides."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from gepa import optimize
from gepa.core.adapter import EvaluationBatch
from goals import Goal

from wardian.base.bundle import SYSTEM, Bundle
from wardian.base.identity import random_stream
from wardian.optimization.ground import Ground, Place, arm_of
from wardian.optimization.selfcheck.ended import Ended
from wardian.optimization.selfcheck.luck import Luck
from wardian.optimization.selfcheck.playing import played
from wardian.optimization.selfcheck.scenario import SCENARIOS, Scenario
from wardian.optimization.selfcheck.traits import CHAMPION, rule
from wardian.optimization.selfcheck.world import AGENT

VALIDATION = 50
"""Tasks that gepa chooses by; as many more as it likes it learns from."""
ANSWER_S = 8.0


def gepa(quick: bool) -> Iterator[Goal]:
    """Beside campaigns with the same seeds; each of its runs may play as many episodes as the campaign did."""
    for name, about in (("null", "no edit helps"), ("planted", "18 points")):
        scenario = SCENARIOS[name]
        ours = [Ended.of(played(scenario, seed)) for seed in range(20 if quick else 100)]
        theirs = [alone(scenario, seed, each.episodes) for seed, each in enumerate(ours)]
        yield from _beside(about, ours, theirs)


def _beside(about: str, ours: Sequence[Ended], theirs: Sequence["Alone"]) -> Iterator[Goal]:
    sentences = [gate for each in ours for gate in each.promotions]
    moved = [each for each in theirs if each.moved]
    biased = ([gate.delta - gate.gain for gate in sentences], [each.claimed - each.true for each in moved])
    rows: tuple[tuple[str, str, float, Sequence[float], Sequence[float]], ...] = (
        ("promotes", "%", 100, [bool(each.promotions) for each in ours], [each.moved for each in theirs]),
        ("promotes no gain", "%", 100, [e.deceived for e in ours], [e.moved and e.true <= 0 for e in theirs]),
        ("claims too much", "points", 100, *biased),
        ("over its budget", "%", 100, [max(0.0, _over(each)) for each in ours], [_over(each) for each in theirs]),
        ("slots in use", "%", 100, [each.slot_use for each in ours], [each.slot_use for each in theirs]),
        ("simulated time", "h", 1, [each.hours for each in ours], [each.hours for each in theirs]),
        ("episodes", "", 1, [each.episodes for each in ours], [each.episodes for each in theirs]),
    )
    for row, unit, factor, own, other in rows:
        for who, values in (("wardian", own), ("gepa alone", other)):
            if values:
                yield Goal(f"{about}: {row}, {who}", factor * fmean(values), unit)


def _over(each: "Ended | Alone") -> float:
    return each.episodes / each.allowed - 1


@dataclass(frozen=True)
class Alone:
    """What came of one run of gepa.

    Args:
        moved: whether it gives back another text than the one it began with.
        claimed: the gain on its validation set.
        true: the gain on all tasks.
        episodes: that it played.
        allowed: that it was told to play at most.
        hours: that it took, with as many slots as the campaign has.
        slot_use: the share of slot time in which an episode was played.
    """

    moved: bool
    claimed: float
    true: float
    episodes: int
    allowed: int
    hours: float
    slot_use: float


@dataclass
class Adapter:
    """Plays for gepa; one batch at a time, as it asks."""

    scenario: Scenario
    ground: Ground
    seed: int
    episodes: int = 0
    seconds: float = 0.0
    busy_s: float = 0.0
    proposals: int = 0
    luck: Luck = field(init=False)

    def __post_init__(self) -> None:
        self.luck = Luck(self.scenario.world)

    def evaluate(
        self, batch: list[Place], candidate: dict[str, str], capture_traces: bool = False
    ) -> EvaluationBatch[str, str]:
        """Every episode is played with a new seed; a missing one is a 0, as everywhere."""
        bundle = Bundle(agent=CHAMPION.agent, texts=candidate)
        results = [self._play(bundle, place) for place in batch]
        times = sorted((result.wall_s for result in results), reverse=True)
        self.seconds += max(times[0], sum(times) / self.scenario.slots)
        self.busy_s += sum(times)
        scores = [result.values.get(self.scenario.spec.metric, 0.0) for result in results]
        outputs = ["" for _ in results]
        return EvaluationBatch(outputs=outputs, scores=scores, trajectories=outputs if capture_traces else None)

    def _play(self, bundle: Bundle, place: Place) -> Any:
        spec = self.ground.spec(bundle, arm_of(bundle), place, "search", self.episodes)
        self.episodes += 1
        return self.luck.result(spec, 0.0)

    def make_reflective_dataset(
        self, candidate: dict[str, str], eval_batch: EvaluationBatch[str, str], components_to_update: list[str]
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The proposer knows nothing of its own accord."""
        return {name: [{"score": score} for score in eval_batch.scores] for name in components_to_update}

    def propose_new_texts(
        self, candidate: dict[str, str], reflective_dataset: object, components_to_update: list[str]
    ) -> dict[str, str]:
        """The same habits as the campaign's proposer."""
        stream = random_stream(self.seed, "proposal", self.proposals)
        trait = stream.choices(list(self.scenario.habits), list(self.scenario.habits.values()))[0]
        self.proposals += 1
        self.seconds += ANSWER_S
        return {name: candidate[name] + rule(trait, self.proposals) for name in components_to_update}


class Silent:
    """gepa talks while it works."""

    def log(self, message: str) -> None:
        """Nobody listens."""


def alone(scenario: Scenario, seed: int, episodes: int) -> Alone:
    """One run of `gepa.optimize` with its defaults and at most so many metric calls."""
    seeded = scenario.model_copy(update={"world": scenario.world.model_copy(update={"seed": seed})})
    places = seeded.world.places
    random_stream(seed, "gepa").shuffle(shuffled := list(places))
    ground = Ground(seed=seed, agent=AGENT, champion=CHAMPION, search=places, gate=places, reuse={})
    adapter = Adapter(seeded, ground, seed)
    result = optimize(
        seed_candidate=dict(CHAMPION.texts),
        trainset=shuffled[VALIDATION:],
        valset=shuffled[:VALIDATION],
        adapter=adapter,
        max_metric_calls=episodes,
        logger=Silent(),
        seed=seed,
    )
    best = Bundle(agent=CHAMPION.agent, texts=result.candidates[result.best_idx])
    scores = result.val_aggregate_scores
    return Alone(
        moved=best.texts[SYSTEM] != CHAMPION.texts[SYSTEM],
        claimed=scores[result.best_idx] - scores[0],
        true=seeded.world.gain(CHAMPION, best, places, scenario.spec.metric),
        episodes=adapter.episodes,
        allowed=episodes,
        hours=adapter.seconds / 3600,
        slot_use=adapter.busy_s / (adapter.seconds * scenario.slots) if adapter.seconds else math.nan,
    )
