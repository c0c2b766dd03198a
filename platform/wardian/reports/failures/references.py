"""What the reference does in the tasks of a run: played once for each, in the pack, when somebody asks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.errors import ConfigError, boundary
from wardian.base.watchdog import Watchdog
from wardian.certification.patience import SupervisedPack
from wardian.environments.pack import Pack
from wardian.environments.packs import load_packs
from wardian.episodes.record import EnvironmentRef, Episode, EpisodeSpec
from wardian.episodes.runner import run_episode
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec, Limits

__all__ = ["References"]

SEED: Final = 1
"""A reference does the same whatever the seed; this is the one with which certificates are made."""

PATIENCE_S: Final = 10.0
"""A world that takes longer has no reference."""


class References:
    """Plays the references of packs that are as they were when the run was planned; others have none.

    Nor have packs behind disguised tool names, for no call in a record is called like theirs, and packs whose worlds
    are no pure functions of what is done in them: there, playing has effects.

    Args:
        packs: by the environments' names.
        environments: those whose digests are right.
    """

    def __init__(self, packs: Mapping[str, Pack], environments: Sequence[EnvironmentRef]) -> None:
        self._packs = packs
        self._environments = frozenset(each.model_dump_json() for each in environments)
        self._played: dict[tuple[str, str], Episode | None] = {}

    @classmethod
    def of(cls, job: JobSpec, roots: Sequence[Path], watchdog: Watchdog) -> Self:
        """Those of a job whose packs are below `roots`; none at all when one of them is not.

        `watchdog`: ends what hangs, while it is watching.
        """
        try:
            packs = load_packs(job, roots)
            return cls.planned(job, {name: SupervisedPack(pack, watchdog) for name, pack in packs.items()})
        except ConfigError:
            return cls({}, ())

    @classmethod
    def planned(cls, job: JobSpec, packs: Mapping[str, Pack]) -> Self:
        """Those of a job with its packs.

        Raises:
            ConfigError: when a pack has not the tasks that the job asks for.
        """
        disguised = {each.label for each in job.environments if each.stress is not None and each.stress.hides_names}
        pure = {name: pack for name, pack in packs.items() if pack.replay == "exact" and name not in disguised}
        return cls(pure, [each for each in Plan(job, packs).environments if each.name in pure])

    def pack(self, environment: EnvironmentRef) -> Pack | None:
        """The pack whose references are those of `environment`."""
        return self._packs[environment.name] if environment.model_dump_json() in self._environments else None

    async def record(self, spec: EpisodeSpec) -> Episode | None:
        """The reference's record in the task of `spec`, without users that speak through models and without stress.

        None where there is none, or where it does not succeed.
        """
        place = spec.environment.name, spec.task.id
        if place not in self._played:
            self._played[place] = await self._play(spec)
        return self._played[place]

    async def _play(self, spec: EpisodeSpec) -> Episode | None:
        pack, task = self.pack(spec.environment), spec.task.id
        if pack is None:
            return None
        with boundary(lambda _: None, cause="environment"):
            script = pack.reference(task)
            seeded = spec.model_copy(update={"seed": SEED})
            agent = ScriptAgent(script, "reference")
            limits = Limits(turns=len(script) + 1, wall_s=PATIENCE_S, examine_s=PATIENCE_S)
            episode = await run_episode(seeded, lambda: pack.environment(task), agent, limits, SystemClock())
            if episode.failure is None and episode.findings is not None and episode.findings.success:
                return episode
        return None
