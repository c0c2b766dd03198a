"""The tools that the agents of a run had: records do not hold them, the packs do."""

from collections.abc import Mapping

from wardian.agents.tool_texts import ToolTexts
from wardian.base.errors import boundary
from wardian.base.messages import ToolSchema
from wardian.environments.pack import Pack
from wardian.environments.stressed import StressedWorld
from wardian.episodes.record import EpisodeSpec
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec

__all__ = ["Toolsets"]

KEPT = 256
"""Tasks whose tools are remembered: the arms of a task stand next to each other."""


class Toolsets:
    """Finds the tools of an episode as it began, in the packs of its job.

    Packs whose worlds are no pure functions of what is done in them have none: opening such a world has effects.

    Args:
        job: of the run.
        packs: by the environment's name in the job.
    """

    def __init__(self, job: JobSpec, packs: Mapping[str, Pack]) -> None:
        self._packs = packs
        environments = Plan(job, packs).environments
        self._digests = {each.name: each.digest for each in environments if packs[each.name].replay == "exact"}
        self._stress = {each.label: each.stress for each in job.environments if each.stress is not None}
        self._known: dict[tuple[str, str, int], tuple[ToolSchema, ...]] = {}

    async def of(self, spec: EpisodeSpec) -> tuple[ToolSchema, ...]:
        """The tools that the agent was offered first, under the names that it was told.

        () when the pack is another one than was played, or breaks when it is opened.
        """
        if self._digests.get(spec.environment.name) != spec.environment.digest:
            return ()
        bundle = spec.agent.bundle
        tools = await self._own(spec)
        return tools if bundle is None else ToolTexts(bundle.texts).retold(tools)

    async def _own(self, spec: EpisodeSpec) -> tuple[ToolSchema, ...]:
        """As the environment has them."""
        name, task = spec.environment.name, spec.task.id
        seed = spec.seed if name in self._stress else 0  # only disguises follow from it
        if (name, task, seed) not in self._known:
            if len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[name, task, seed] = await self._opened(name, task, spec.seed)
        return self._known[name, task, seed]

    async def _opened(self, name: str, task: str, seed: int) -> tuple[ToolSchema, ...]:
        with boundary(lambda _: None, cause="environment"):
            environment = self._packs[name].environment(task)
            if name in self._stress:
                environment = StressedWorld(environment, self._stress[name])
            try:
                await environment.open(seed)
                return tuple(environment.tools())
            finally:
                environment.close()
        return ()
