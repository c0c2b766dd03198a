"""The default search: edits of the champion, and of versions that are best at something."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from wardian.base.bundle import Bundle
from wardian.base.identity import random_stream
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.proposals.proposer import Assignment
from wardian.optimization.search.aim import component_for
from wardian.optimization.search.strategy import Raced, SearchState

__all__ = ["AsyncParetoSearch"]


class AsyncParetoSearch:
    """Implements `SearchStrategy`; no edit waits for another one.

    Every second edit is of the champion. The others are of versions that were raced against it, each as likely as it
    is often best on a draw: so one that mends few tasks is built upon, however it does in the mean. Clusters have
    their turns in the order of their size. The same questions have the same answers, whenever they are asked.

    Args:
        seed: of its draws.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._champion = ""
        self._raced: list[tuple[str, Raced]] = []

    def ask(self, state: SearchState, k: int) -> Sequence[Assignment]:
        """Edits for the largest clusters, several for each when there are fewer than `k`."""
        self._champion = state.champion.sha
        stream = random_stream(self._seed, "search", state.champion.sha, state.asked)
        turns = Counter(raced.candidate.edit.cluster for _, raced in self._raced if raced.candidate.edit is not None)
        return [self._assignment(state, place, turns, stream) for place in range(k if state.evidence else 0)]

    def tell(self, results: Sequence[Raced]) -> None:
        """Keep them, with the champion that they were raced against."""
        self._raced.extend((self._champion, raced) for raced in results)

    def _assignment(self, state: SearchState, place: int, turns: Counter[str], stream: Random) -> Assignment:
        evidence = state.evidence[place % len(state.evidence)]
        turn = turns[evidence.name]
        turns[evidence.name] += 1
        return Assignment(
            number=state.asked + place,
            parent=self._parent(state.champion, stream) if place % 2 else state.champion,
            component=component_for(evidence, state.components, turn),
            evidence=evidence,
            failed=self._failed(state, evidence),
        )

    def _parent(self, champion: Bundle, stream: Random) -> Bundle:
        """One that is best on many draws; the champion takes part."""
        wins = self._wins()
        if not wins:
            return champion
        number = stream.choices(list(wins), list(wins.values()))[0]
        return champion if number < 0 else self._raced[number][1].candidate.bundle

    def _wins(self) -> Counter[int]:
        """How often each version is best, by its place among those that were raced; the champion's is -1."""
        values: dict[int, dict[int, float]] = {}
        for place, (champion, raced) in enumerate(self._raced):
            if champion == self._champion:
                for number, value in raced.values.items():
                    values.setdefault(number, {})[place] = value
                for number, delta in raced.deltas.items():
                    values[number][-1] = raced.values[number] - delta
        best = ((found, max(found.values())) for _, found in sorted(values.items()))
        return Counter(place for found, top in best for place, value in sorted(found.items()) if value == top)

    def _failed(self, state: SearchState, evidence: Evidence) -> tuple[str, ...]:
        """Edits for the same mistake that did not help: they gained nothing in their race, or lost in their gate."""
        raced = (each for _, each in self._raced)
        edits = (each.candidate.edit for each in raced if _lost(each, state))
        return tuple(edit.headline for edit in edits if edit is not None and edit.cluster == evidence.name)


def _lost(raced: Raced, state: SearchState) -> bool:
    """Whether it is known not to help; of a finalist the gate alone knows."""
    return raced.candidate.bundle.sha in state.lost if raced.finalist else raced.delta <= 0
