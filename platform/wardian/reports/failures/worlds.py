"""The worlds of a run's episodes, where nothing stands around the pack."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import Final

from wardian.base.errors import boundary
from wardian.base.messages import ToolSchema
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.optimization.evidence.worlds import World
from wardian.reports.failures.references import References
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec

__all__ = ["PackWorlds"]

VOICED: Final = "a model speaks for its users"
ELSEWHERE: Final = "its pack is not here as it was, or its worlds are no pure functions"


class PackWorlds:
    """Those of environments that have a reference and nothing around them.

    Where a model speaks for users, the same actions lead elsewhere; where calls are made to fail from outside, the
    reference would meet other failures than it is made for.

    Args:
        job: of the run.
        references: of its tasks.
    """

    def __init__(self, job: JobSpec, references: References) -> None:
        self._around = {each.label: _around(each) for each in job.environments}
        self._references = references

    async def record(self, spec: EpisodeSpec) -> Episode | None:
        """The reference's record in the task of `spec`."""
        return await self._references.record(spec)

    def world(self, episode: Episode) -> World | str:
        """The world of `episode`, or why nobody can go back to it."""
        environment, task = episode.spec.environment, episode.spec.task.id
        around = self._around.get(environment.name) or (VOICED if episode.stochastic else "")
        if around:
            return around
        pack = self._references.pack(environment)
        return ELSEWHERE if pack is None else World(partial(pack.environment, task), pack.reference(task))

    async def tools(self, spec: EpisodeSpec) -> Sequence[ToolSchema]:
        """The tools with which the task of `spec` begins; none where the pack is not here as it was."""
        pack, found = self._references.pack(spec.environment), list[ToolSchema]()
        if pack is not None:
            with boundary(lambda _: None, cause="environment"), closing(pack.environment(spec.task.id)) as world:
                await world.open(spec.seed)
                found += world.tools()
        return found


def _around(environment: EnvironmentSpec) -> str:
    """What stands around the pack in a job; "" where nothing does."""
    if environment.stress is not None:
        return "it is under stress"
    return VOICED if environment.user is not None else ""
