"""Looking back at the failed episodes of a run, where that can be done."""

from typing import Final

from wardian.episodes.hindsight.decisive import Hindsight, look_back
from wardian.episodes.record import Episode
from wardian.reports.failures.references import References
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec

__all__ = ["Lookback"]

VOICED: Final = "a model speaks for its users"
ELSEWHERE: Final = "its pack is not here as it was, or its worlds are no pure functions"


class Lookback:
    """Finds decisive steps in environments that have a reference and nothing around them.

    Where a model speaks for users, the same actions lead elsewhere; where calls are made to fail from outside, the
    reference would meet other failures than it is made for.

    Args:
        job: of the run.
        references: of its tasks.
    """

    def __init__(self, job: JobSpec, references: References) -> None:
        self._around = {each.label: _around(each) for each in job.environments}
        self._references = references

    async def look(self, episode: Episode) -> Hindsight | str:
        """Where `episode` was lost, or why nobody can find out."""
        environment, task = episode.spec.environment, episode.spec.task.id
        around = self._around.get(environment.name) or (VOICED if episode.stochastic else "")
        if around:
            return around
        pack = self._references.pack(environment)
        if pack is None:
            return ELSEWHERE
        return await look_back(episode, lambda: pack.environment(task), pack.reference(task))


def _around(environment: EnvironmentSpec) -> str:
    """What stands around the pack in a job; "" where nothing does."""
    if environment.stress is not None:
        return "it is under stress"
    return VOICED if environment.user is not None else ""
