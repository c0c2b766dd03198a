"""A number about an episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wardian.base.errors import Failure
from wardian.base.frozen import Frozen
from wardian.episodes.record import Episode

__all__ = ["Score", "Scored", "Scorer"]


@dataclass(frozen=True, slots=True)  # one for every metric of every episode: half the cost of a model
class Score:
    """One metric of one episode; `value` None when it does not apply (no error to recover from, say).

    `evidence` holds positions in `Episode.events`.
    """

    metric: str
    value: float | None
    evidence: tuple[int, ...] = ()
    explanation: str = ""


class Scored(Frozen):
    """An episode with its scores: what an executor yields and a sink takes.

    `failure` is set when a scorer broke; the episode stands all the same.
    """

    episode: Episode
    scores: tuple[Score, ...] = ()
    failure: Failure | None = None

    def value(self, metric: str) -> float | None:
        """The value of `metric`, None when it is absent or does not apply."""
        return next((score.value for score in self.scores if score.metric == metric), None)


class Scorer(Protocol):
    """Computes scores from the record alone, so that re-scoring costs no episode."""

    async def score(self, episode: Episode) -> Sequence[Score]:
        """The scores of `episode`, which has findings."""
        ...
