"""Looking back at the failed episodes of a run, where that can be done."""

from wardian.episodes.hindsight.decisive import Hindsight, look_back
from wardian.episodes.record import Episode
from wardian.reports.failures.references import References
from wardian.specs.job import JobSpec

__all__ = ["Lookback"]


class Lookback:
    """Finds decisive steps in environments that have a reference and nothing around them.

    Where a model speaks for users, the same actions lead elsewhere; where calls are made to fail from outside, the
    reference would meet other failures than it is made for.

    Args:
        job: of the run.
        references: of its tasks.
    """

    def __init__(self, job: JobSpec, references: References) -> None:
        self._plain = {each.label for each in job.environments if each.stress is None and each.user is None}
        self._references = references

    async def look(self, episode: Episode) -> Hindsight | None:
        """Where `episode` was lost; None where nobody can find out."""
        environment, task = episode.spec.environment, episode.spec.task.id
        pack = self._references.pack(environment)
        if pack is None or environment.name not in self._plain or episode.stochastic:
            return None
        return await look_back(episode, lambda: pack.environment(task), pack.reference(task))
