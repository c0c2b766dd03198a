"""Search by the package `gepa` (extra `gepa`): it finds candidates, and decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from importlib import import_module
from types import ModuleType
from typing import Any

from wardian.base.bundle import Bundle
from wardian.base.errors import ConfigError
from wardian.episodes.record import EpisodeSpec
from wardian.optimization.evaluator import Evaluator
from wardian.optimization.ground import Ground, Place, arm_of
from wardian.optimization.proposals.edit import Candidate
from wardian.optimization.proposals.proposer import Assignment, Proposer
from wardian.optimization.search.bridge import Bridge
from wardian.optimization.search.strategy import Raced, SearchState
from wardian.specs.refinement import SearchSpec

__all__ = ["GepaSearch", "gepa_package"]

MINIBATCH = 3
"""Episodes with which gepa compares a child with its parent; its own default."""
VALIDATING = 6
"""One in so many of the episodes is what a candidate costs that is accepted."""


def gepa_package() -> ModuleType:
    """The package.

    Raises:
        ConfigError: when it is not installed.
    """
    try:
        return import_module("gepa")
    except ModuleNotFoundError:
        raise ConfigError("refine.search.kind: gepa needs the extra: pip install 'wardian[gepa]'") from None


class GepaSearch:
    """An `OwnSearch`: `gepa.optimize` with its defaults on the tasks of the search.

    It never plays more than `spec.episodes`: it stops while one more of its rounds would fit. A version is played once
    on each task; where somebody else broke that episode, the mean of its batch stands for it, for gepa knows no missing
    values. The edits are the proposer's, for evidence that was diagnosed.

    Args:
        evaluator: plays.
        proposer: writes the edits.
        spec: how much it may try.
        metric: what it looks at.
        seed: of the job.
    """

    def __init__(self, evaluator: Evaluator, proposer: Proposer, spec: SearchSpec, metric: str, seed: int) -> None:
        gepa_package()
        self._evaluator = evaluator
        self._proposer = proposer
        self._spec = spec
        self._metric = metric
        self._seed = seed

    async def search(self, state: SearchState, ground: Ground) -> Sequence[Raced]:
        """All candidates of a generation in the order of their proposals; the best is the finalist, if any is."""
        if not state.evidence:
            return ()
        desk = _Desk(self._evaluator, self._proposer, self._metric, state, ground)
        bridge = Bridge()
        best = await bridge.run(lambda: self._optimized(bridge, desk, state, ground))
        return desk.raced(best)

    def _optimized(self, bridge: Bridge, desk: "_Desk", state: SearchState, ground: Ground) -> Bundle:
        """The version that gepa prefers; in a thread."""
        learn, choose = self._halves(ground)
        round_of = 2 * MINIBATCH + len(choose)
        result = gepa_package().optimize(
            seed_candidate={name: state.champion.texts.get(name, "") for name in state.components},
            trainset=learn,
            valset=choose,
            adapter=_Adapter(bridge, desk),
            stop_callbacks=[
                lambda so_far: so_far.total_num_evals + round_of > self._spec.episodes,
                lambda _: desk.proposals >= self._spec.candidates,
            ],
            reflection_minibatch_size=MINIBATCH,
            logger=_Silence(),
            seed=(self._seed + state.generation) % 2**32,
        )
        return desk.bundle(result.candidates[result.best_idx])

    def _halves(self, ground: Ground) -> tuple[list[int], list[int]]:
        """Numbers of the tasks that gepa learns from, and of those that it chooses by."""
        numbers = list(range(len(ground.search)))
        chosen = numbers[1::2][: max(1, self._spec.episodes // VALIDATING)] or numbers
        return [number for number in numbers if number not in set(chosen)] or numbers, chosen


class _Desk:
    """What gepa's calls become in the event loop, and a book of all that was tried."""

    def __init__(
        self, evaluator: Evaluator, proposer: Proposer, metric: str, state: SearchState, ground: Ground
    ) -> None:
        self._evaluator = evaluator
        self._proposer = proposer
        self._metric = metric
        self._state = state
        self._ground = ground
        self._candidates: list[Candidate] = []
        self._values: dict[str, dict[int, float]] = {}
        self.proposals = 0

    def bundle(self, texts: Mapping[str, str]) -> Bundle:
        """The version with these texts; what is as the champion has it stays out of it."""
        champion = self._state.champion
        changed = {name: text for name, text in texts.items() if text != champion.texts.get(name, "")}
        return Bundle(agent=champion.agent, texts={**champion.texts, **changed})

    async def scores(self, bundle: Bundle, numbers: Sequence[int]) -> list[float]:
        """The metric on these tasks."""
        specs = [self._spec(bundle, number, self._ground.search[number]) for number in numbers]
        async with aclosing(self._evaluator.play(specs)) as results:
            found = {done.result.episode: done.result.values.get(self._metric) async for done in results}
        values = {number: found[spec.key] for number, spec in zip(numbers, specs, strict=True)}
        known = {number: value for number, value in values.items() if value is not None}
        self._values.setdefault(bundle.sha, {}).update(known)
        neutral = sum(known.values()) / len(known) if known else 0.0
        return [known.get(number, neutral) for number in numbers]

    def _spec(self, bundle: Bundle, number: int, place: Place) -> EpisodeSpec:
        return self._ground.spec(bundle, arm_of(bundle), place, f"search/gepa/{self._state.generation}", number)

    async def edited(self, bundle: Bundle, component: str) -> str:
        """Another text for a component; the same where the proposal was refused."""
        evidence = self._state.evidence[self.proposals % len(self._state.evidence)]
        number = self._state.asked + self.proposals
        self.proposals += 1
        outcome = await self._proposer.propose(
            Assignment(number=number, parent=bundle, component=component, evidence=evidence)
        )
        if not isinstance(outcome, Candidate):
            return bundle.texts.get(component, "")
        self._candidates.append(outcome)
        return outcome.bundle.texts[component]

    def raced(self, best: Bundle) -> tuple[Raced, ...]:
        """What came of all candidates."""
        own = self._values.get(self._state.champion.sha, {})
        known = [candidate.bundle.sha for candidate in self._candidates]
        first = known.index(best.sha) if best.sha in known else None
        return tuple(
            self._behind(candidate, own, finalist=place == first) for place, candidate in enumerate(self._candidates)
        )

    def _behind(self, candidate: Candidate, own: Mapping[int, float], *, finalist: bool) -> Raced:
        values = self._values.get(candidate.bundle.sha, {})
        deltas = {number: value - own[number] for number, value in values.items() if number in own}
        generation = self._state.generation
        return Raced(candidate=candidate, generation=generation, values=values, deltas=deltas, finalist=finalist)


class _Adapter:
    """How gepa asks; in its thread."""

    def __init__(self, bridge: Bridge, desk: _Desk) -> None:
        self._bridge = bridge
        self._desk = desk

    def evaluate(self, batch: list[int], candidate: dict[str, str], capture_traces: bool = False) -> Any:
        """One score for each task."""
        from gepa.core.adapter import EvaluationBatch

        bundle = self._desk.bundle(candidate)
        scores = self._bridge.call(lambda: self._desk.scores(bundle, batch))
        empty = ["" for _ in batch]
        return EvaluationBatch(outputs=empty, scores=scores, trajectories=empty if capture_traces else None)

    def make_reflective_dataset(
        self, candidate: dict[str, str], eval_batch: Any, components_to_update: list[str]
    ) -> dict[str, list[dict[str, float]]]:
        """Nothing that the proposer reads: it has evidence of its own."""
        return {name: [{"score": score} for score in eval_batch.scores] for name in components_to_update}

    def propose_new_texts(
        self, candidate: dict[str, str], reflective_dataset: object, components_to_update: list[str]
    ) -> dict[str, str]:
        """One edit of each component."""
        bundle = self._desk.bundle(candidate)
        return {name: self._bridge.call(_edit(self._desk, bundle, name)) for name in components_to_update}


def _edit(desk: _Desk, bundle: Bundle, name: str) -> Callable[[], Any]:
    return lambda: desk.edited(bundle, name)


class _Silence:
    """gepa talks while it works."""

    def log(self, message: str) -> None:
        """Nobody listens."""
