"""Which episodes of a run are kept as traces: a few that show how it went, and one of every way to fail."""

from array import array
from collections.abc import Iterable, Mapping
from heapq import nsmallest
from typing import Final

import numpy as np

from wardian.base.frozen import Frozen
from wardian.scoring.result import Result
from wardian.tracking.span import Span

__all__ = ["MOST", "SampledTrace", "choose", "some_failed"]

MOST: Final = 100
"""Traces of a run: as many as MLflow links to one in a call."""


LOOKED: Final = 500
"""Failed episodes that are read for what went wrong in them: half a second, however long the run is."""


class SampledTrace(Frozen):
    """One episode of the sample.

    Args:
        arm: who played.
        why: it was chosen, in a word or two.
        spans: its own first.
        scores: by metric.
    """

    arm: str
    why: str
    spans: tuple[Span, ...]
    scores: dict[str, float] = {}


class _Arm:
    """The scores of one arm's judged episodes, sixteen bytes each."""

    def __init__(self) -> None:
        self.keys = array("Q")
        self.scores = array("d")

    def add(self, result: Result) -> None:
        self.keys.append(int(result.episode, 16))
        self.scores.append(result.values.get("score", result.values.get("success", 0.0)))

    def chosen(self) -> dict[str, int]:
        """Episodes by why they were chosen; any, for keys are hashes, is the one with the smallest key."""
        keys = np.frombuffer(self.keys, dtype=np.uint64)
        order = np.lexsort((keys, np.frombuffer(self.scores)))
        places = {"worst": order[0], "median": order[len(order) // 2], "best": order[-1], "any": int(keys.argmin())}
        return {why: int(keys[place]) for why, place in places.items()}


def some_failed(results: Iterable[Result]) -> list[str]:
    """Keys of failed episodes, at most `LOOKED`, the same ones in whatever order the results come."""
    failed = (each.episode for each in results if each.missing is None and each.values["success"] != 1.0)
    return nsmallest(LOOKED, failed)


def choose(results: Iterable[Result], symptoms: Mapping[str, str] = {}) -> dict[str, str]:
    """Keys of episodes, with why: the same ones in whatever order the results come.

    One for every kind of failure; of every arm the worst, the median and the best by score, and any. At most `MOST`.

    Args:
        results: of the run.
        symptoms: keys of failed episodes by what went wrong in them.
    """
    arms: dict[str, _Arm] = {}
    failures: dict[str, int] = {}
    for result in results:
        if result.failure is not None:
            kind = f"{result.failure.cause}: {result.failure.kind}"
            failures[kind] = min(int(result.episode, 16), failures.get(kind, 2**64))
        if result.missing is None:
            arms.setdefault(result.arm, _Arm()).add(result)
    found = {arm: arms[arm].chosen() for arm in sorted(arms)}
    wanted = [(f"{key:016x}", kind) for kind, key in sorted(failures.items())]
    wanted += [(key, symptom) for symptom, key in sorted(symptoms.items())]
    wanted += [(f"{chosen[why]:016x}", why) for why in ("worst", "best", "median", "any") for chosen in found.values()]
    first: dict[str, str] = {}
    for key, why in wanted:
        first.setdefault(key, why)
    return dict(list(first.items())[:MOST])
