"""What a job says beside its results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from wardian.reports.difficulty import difficulty
from wardian.scoring.metric import Metric
from wardian.specs.job import JobSpec

__all__ = ["NOTHING", "Background"]


@dataclass(frozen=True, slots=True)
class Background:
    """What a leaderboard cannot know of results alone.

    Args:
        levels: how difficult the environments are, see `wardian.reports.difficulty`.
        own: the metrics of users' scorers.
    """

    levels: Mapping[str, str] = field(default_factory=dict)
    own: tuple[Metric, ...] = ()

    @classmethod
    def of(cls, job: JobSpec, own: Iterable[Metric]) -> Self:
        """What `job` says."""
        return cls(difficulty(job), tuple(own))


NOTHING: Final = Background()
