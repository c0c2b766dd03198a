"""All trajectory metrics of an episode, without a model and without the environment."""

from collections.abc import Sequence

from wardian.episodes.record import Episode
from wardian.scoring.catalogue import FAMILIES
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = ["TrajectoryScorer"]


class TrajectoryScorer:
    """A `Scorer`: reads the episode once and lets every family look at it."""

    async def score(self, episode: Episode) -> Sequence[Score]:
        """One score for every metric of `wardian.scoring.catalogue`, in its order; none for a missing episode."""
        if episode.missing:
            return ()
        walk = Walk.of(episode)
        return [score for family in FAMILIES.values() for score in family.scores(walk)]
