"""Who plays a campaign's episodes."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from wardian.episodes.record import EpisodeSpec
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

__all__ = ["Evaluator"]


class Evaluator(Protocol):
    """Plays episodes, each once: what was finished before, by whomever it was asked for, is given at once.

    Results arrive in any order. So whoever uses it decides by what the results are, never by their order: only then
    does a campaign that was killed come to the same verdict as one that was not.
    """

    @property
    def slots(self) -> int:
        """How many episodes are played at once."""
        ...

    def play(self, specs: Sequence[EpisodeSpec]) -> AsyncGenerator[Finished]:
        """One result for each of `specs`, which wait in the order given behind those of earlier calls.

        Several calls may be under way. Closing the generator takes back what nobody has begun to play.
        """
        ...

    async def record(self, finished: Finished) -> Scored:
        """What happened in an episode."""
        ...
