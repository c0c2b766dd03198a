"""A number about an episode."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wardian.base.errors import Failure
from wardian.base.frozen import Frozen
from wardian.episodes.record import Episode

__all__ = ["Score", "Scored", "Scorer", "Verdict"]


@dataclass(frozen=True, slots=True)  # one for every metric of every episode: half the cost of a model
class Score:
    """One metric of one episode; `value` None when it does not apply (no error to recover from, say).

    `evidence` holds positions in `Episode.events`. `scorer` is NAME@VERSION of a user's own scorer; else it is empty.
    """

    metric: str
    value: float | None
    evidence: tuple[int, ...] = ()
    explanation: str = ""
    scorer: str = ""


class Verdict(Frozen):
    """What scorers say of an episode. `failure` is set when one of them broke; the episode stands all the same."""

    scores: tuple[Score, ...] = ()
    failure: Failure | None = None


class Scored(Verdict):
    """An episode with its scores: what an executor yields and a sink takes."""

    episode: Episode

    @property
    def verdict(self) -> Verdict:
        """Its scores without the episode."""
        return Verdict(scores=self.scores, failure=self.failure)

    def judged(self, verdict: Verdict) -> "Scored":
        """The same episode with other scores."""
        return Scored(episode=self.episode, scores=verdict.scores, failure=verdict.failure)

    def value(self, metric: str) -> float | None:
        """The value of `metric`, None when it is absent or does not apply."""
        return next((score.value for score in self.scores if score.metric == metric), None)


class Scorer(Protocol):
    """Computes scores from the record alone, so that re-scoring costs no episode."""

    async def score(self, episode: Episode) -> Sequence[Score]:
        """The scores of `episode`, which has findings."""
        ...
