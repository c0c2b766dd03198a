"""The metrics of one record."""

from wardian.episodes.record import Episode
from wardian.scoring.score import Score
from wardian.scoring.trajectory import TrajectoryScorer

__all__ = ["scores_of", "value"]


async def scores_of(episode: Episode) -> dict[str, Score]:
    """All of them by name."""
    return {score.metric: score for score in await TrajectoryScorer().score(episode)}


async def value(episode: Episode, metric: str) -> float | None:
    """One of them."""
    return (await scores_of(episode))[metric].value
