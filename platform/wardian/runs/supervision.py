"""Environments and scorers under the watchdog, for as long as a job allows them."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from wardian.base.errors import Failure, boundary
from wardian.base.hang import Allowed, Who
from wardian.base.watchdog import Watchdog
from wardian.environments.environment import Environment
from wardian.environments.supervised import SupervisedEnvironment
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.scoring.score import Score, Scored, Scorer
from wardian.specs.job import Limits

__all__ = ["Supervision"]


class Supervision:
    """Lets the code of others do its part of episodes.

    Args:
        watchdog: ends what takes too long.
        limits: how long that is.
        scorer: who scores.
    """

    def __init__(self, watchdog: Watchdog, limits: Limits, scorer: Scorer) -> None:
        self._watchdog = watchdog
        self._scorer = scorer
        self._call = Allowed("limits.tool_s", math.inf if limits.tool_s is None else limits.tool_s)
        self._examination = Allowed("limits.examine_s", limits.examine_s)
        self._scoring = Allowed("limits.examine_s", limits.examine_s, "scorer", "grader")

    def environment(self, spec: EpisodeSpec, make: Callable[[], Environment]) -> Callable[[], Environment]:
        """How to make the environment that `make` makes, with a supervisor around it."""
        return partial(SupervisedEnvironment, make, self._watchdog, _who(spec), self._call, self._examination)

    async def scored(self, episode: Episode) -> Scored:
        """The episode with its scores; without them when the scorer fails or hangs."""
        failures: list[Failure] = []
        scores: Sequence[Score] = ()
        with boundary(failures.append, cause="grader"):  # a scorer of one's own may ask somebody
            doing = _who(episode.spec), "score", self._scoring
            scores = await self._watchdog.within(doing, self._scorer.score(episode))
        return Scored(episode=episode, scores=tuple(scores), failure=next(iter(failures), None))


def _who(spec: EpisodeSpec) -> Who:
    return Who(spec.key, spec.task_key)
