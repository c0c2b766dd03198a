"""A job is played twice: undisturbed, and with faults at moments that a seed decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wardian.base.clock import SystemClock
from wardian.base.errors import InfraError
from wardian.base.identity import random_stream
from wardian.cluster.chaos.arena import Arena
from wardian.cluster.chaos.leavings import left_by
from wardian.cluster.chaos.providers import counted
from wardian.cluster.chaos.trial import Trial
from wardian.environments.pack import Pack
from wardian.environments.packs import bundled_roots, load_packs
from wardian.runs.chaos.plan import Fault, FaultPlan, drawn
from wardian.runs.chaos.trial_job import placed, window
from wardian.runs.chaos.verdict import Left, Ordeal, Struck, Verdict
from wardian.runs.folder import RunFolder
from wardian.specs.job import JobSpec, RayExecutorSpec

__all__ = ["Chaos"]

JOB: Final = "job.json"


@dataclass(frozen=True)
class Chaos:
    """An ordeal that can be put a job through.

    Args:
        job: see `wardian.runs.chaos.trial_job.prepared`.
        spec: how it is executed.
        logs: an empty folder for what the simulators and our own Ray say.
        say: takes a line about what happens.
        inside_job: whether `ray job submit` has started this process.
    """

    job: JobSpec
    spec: RayExecutorSpec
    logs: Path
    say: Callable[[str], object]
    inside_job: bool = False

    async def verdict(self, plan: FaultPlan, seed: int) -> Verdict:
        """Play the job undisturbed, then with the faults of `plan`, and compare.

        Raises:
            ConfigError: when no Ray answers, or the job cannot be played.
            InfraError: when the undisturbed run does not come to its end, or the other one cannot be resumed.
        """
        (self.logs / JOB).write_text(self.job.model_dump_json(), encoding="utf-8")
        packs = load_packs(self.job, bundled_roots())
        async with Arena(self.spec, self.logs, inside_job=self.inside_job) as arena:
            calm, _ = await self._left(arena, packs, "calm")
            if calm.code != 0:
                raise InfraError(f"the undisturbed run ended with code {calm.code}: nothing to compare with")
            self.say(f"undisturbed: {len(calm.planned):,} episodes, {len(calm.answers):,} calls, {calm.wall_s:.1f} s")
            faults = drawn(seed, plan, len(calm.answers))
            disturbed, struck = await self._left(arena, packs, "chaos", faults, seed)
            ordeal = Ordeal(len(faults), tuple(struck), window(self.job), arena.workers)
        return Verdict.of(calm, disturbed, ordeal)

    async def _left(
        self, arena: Arena, packs: Mapping[str, Pack], label: str, faults: Sequence[Fault] = (), seed: int = 0
    ) -> tuple[Left, Sequence[Struck]]:
        """Play the job once; what that left, and which faults happened."""
        servers = tuple(self.job.own_servers)
        async with counted(self.logs / JOB, servers, arena.host, self.logs) as providers:
            job = placed(self.job, f"{self.job.name}-{label}", arena.address, providers.urls)
            folder = RunFolder.create(job, datetime.now(UTC))
            self.say(f"{label}: {folder.id}")
            trial = Trial(folder, self.spec, arena, providers, SystemClock(), self.say)
            await trial.play(faults, random_stream(seed, "victims"))
            answers = await providers.answers()
        return left_by(folder, packs, answers, trial.code, trial.wall_s), trial.struck
