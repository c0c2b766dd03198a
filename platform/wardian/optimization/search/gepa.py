"""Search by the package `gepa` (extra `gepa`): it finds candidates, and decides nothing."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from wardian.base.bundle import Bundle
from wardian.base.errors import ConfigError
from wardian.optimization.board import Board
from wardian.optimization.ground import Ground
from wardian.optimization.proposals.proposer import Proposer
from wardian.optimization.search.bridge import Bridge
from wardian.optimization.search.generation import Generation
from wardian.optimization.search.gepa_desk import GepaDesk
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

    It never plays more than `spec.episodes`, nor asks for more than `spec.candidates` edits: it stops while one more of
    its rounds would fit. The edits are the proposer's, for evidence that was diagnosed.

    Args:
        spec: how much it may try.
        metric: what it looks at.
        seed: of the job.

    Raises:
        ConfigError: when the package is not installed.
    """

    def __init__(self, spec: SearchSpec, metric: str, seed: int) -> None:
        gepa_package()
        self._spec = spec
        self._metric = metric
        self._seed = seed

    async def breed(self, state: SearchState, ground: Ground, board: Board, proposer: Proposer) -> Generation:
        """All candidates in the order of their proposals; what gepa prefers to the champion is the finalist."""
        desk = GepaDesk(self._metric, state, ground, board, proposer)
        bridge = Bridge()
        best = await bridge.run(lambda: self._optimized(bridge, desk, state, ground))
        return desk.generation(best)

    def tell(self, results: Sequence[Raced]) -> None:
        """Nothing: every generation begins anew, from the champion."""

    def _optimized(self, bridge: Bridge, desk: GepaDesk, state: SearchState, ground: Ground) -> Bundle:
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


class _Adapter:
    """How gepa asks; in its thread."""

    def __init__(self, bridge: Bridge, desk: GepaDesk) -> None:
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
        self, candidate: dict[str, str], reflective_dataset: Mapping[str, Any], components_to_update: list[str]
    ) -> dict[str, str]:
        """One edit of each component."""
        bundle = self._desk.bundle(candidate)
        return {name: self._bridge.call(_edit(self._desk, bundle, name)) for name in components_to_update}


def _edit(desk: GepaDesk, bundle: Bundle, name: str) -> Callable[[], Coroutine[Any, Any, str]]:
    return lambda: desk.edited(bundle, name)


class _Silence:
    """gepa talks while it works."""

    def log(self, message: str) -> None:
        """Nobody listens."""
