"""All trajectory metrics of an episode, without a model and without the environment."""

from collections.abc import Callable, Sequence

from wardian.episodes.record import Episode
from wardian.scoring import (
    attacks,
    claims,
    conversation,
    dead_ends,
    efficiency,
    faults,
    hallucination,
    outcome,
    policy,
    progress,
    recovery,
    state,
)
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = ["Family", "TrajectoryScorer"]

Family = Callable[[Walk], list[Score]]
"""One group of metrics: reads the same walk as all others."""

FAMILIES: tuple[Family, ...] = (
    outcome.outcome,
    progress.progress,
    state.state,
    efficiency.efficiency,
    hallucination.hallucination,
    claims.claims,
    recovery.recovery,
    dead_ends.dead_ends,
    policy.policy,
    conversation.conversation,
    faults.faults,
    attacks.attacks,
)


class TrajectoryScorer:
    """A `Scorer`: reads the episode once and lets every family look at it."""

    async def score(self, episode: Episode) -> Sequence[Score]:
        """One score for every metric of `wardian.scoring.catalogue`, in its order; none for a missing episode."""
        if episode.missing:
            return ()
        walk = Walk.of(episode)
        return [score for family in FAMILIES for score in family(walk)]
