"""From a job to its episodes, lazily and always in the same order."""

from collections.abc import Callable, Iterator, Mapping

from wardian.base.bundle import Bundle
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.identity import derive_seed, digest
from wardian.base.imported import source_digest
from wardian.environments.pack import Pack, TaskCard
from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef
from wardian.specs.agents import AgentSpec, BoundSpec
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = ["Plan", "check_same_episodes"]

DECIDING = ("seed", "environments", "agents", "prompts", "versions", "servers", "models", "fusions", "repeats", "forks")
"""The keys of a job that episodes depend on, in whole or in part."""


class _World(Frozen):
    environment: EnvironmentRef
    tasks: tuple[TaskRef, ...]


class Plan:
    """All episodes of a job: `len(plan)` of them, made one by one while iterating.

    The arms of one (task, seed) stand next to each other, so that comparisons are paired and a
    provider's slow minute hits all arms alike.

    Raises:
        ConfigError: when a pack has not the tasks that are asked for; begins with the key.
    """

    def __init__(self, job: JobSpec, packs: Mapping[str, Pack]) -> None:
        self._job = job
        self._worlds = [
            _world(f"environments.{index}.tasks", spec, packs[spec.label], _world_digest(job, spec, packs[spec.label]))
            for index, spec in enumerate(job.environments)
        ]
        self._agents = [agent_ref(job, agent) for agent in job.agents]

    def __len__(self) -> int:
        return sum(len(world.tasks) for world in self._worlds) * len(self._agents) * self._job.tries

    def __iter__(self) -> Iterator[EpisodeSpec]:
        for repeat in range(self._job.tries):
            for world in self._worlds:
                for task in world.tasks:
                    seed = derive_seed(self._job.seed, world.environment.name, task.id, repeat // self._job.forks)
                    for agent in self._agents:
                        yield EpisodeSpec(
                            environment=world.environment, task=task, agent=agent, seed=seed, repeat=repeat
                        )

    @property
    def environments(self) -> tuple[EnvironmentRef, ...]:
        """The environments in the order of the job."""
        return tuple(world.environment for world in self._worlds)

    @property
    def places(self) -> tuple[tuple[EnvironmentRef, TaskRef], ...]:
        """All tasks with their environments, in the plan's order."""
        return tuple((world.environment, task) for world in self._worlds for task in world.tasks)

    @property
    def tasks(self) -> tuple[tuple[str, ...], ...]:
        """The ids of each environment's tasks."""
        return tuple(tuple(task.id for task in world.tasks) for world in self._worlds)

    @property
    def agents(self) -> tuple[AgentRef, ...]:
        """The arms in the order of the job."""
        return tuple(self._agents)


def check_same_episodes(old: JobSpec, new: JobSpec, packs: Callable[[JobSpec], Mapping[str, Pack]]) -> None:
    """See that a run of `old` can go on as `new`: with the same episodes, in the same place.

    Raises:
        ConfigError: naming the keys that may not change.
    """
    different = [key for key in JobSpec.model_fields if getattr(old, key) != getattr(new, key)]
    fixed = [key for key in different if key in ("name", "output")]
    if not fixed and [spec.key for spec in Plan(new, packs(new))] != [spec.key for spec in Plan(old, packs(old))]:
        fixed = [key for key in different if key in DECIDING]
    if fixed:
        raise ConfigError(f"{', '.join(fixed)}: a run keeps its episodes, name and place; start a new one for others")


def agent_ref(job: JobSpec, agent: AgentSpec) -> AgentRef:
    """The arm's identity: its digest covers model, prompt text and sampling, but neither prices nor limits.

    Of an agent of one's own it covers the file that a callable stands in, and a process's command.
    """
    if isinstance(agent, BoundSpec):
        return AgentRef(name=agent.name, digest=digest(agent.kind))
    prompt = agent.prompt or "" if agent.kind == "tools" else ""
    behaviour: list[object] = [None if agent.model is None else _behaviour(job, agent.model)]
    behaviour += [job.prompts[prompt] if prompt else "", agent.sampling.model_dump(mode="json")]
    if agent.kind == "callable":
        behaviour += [agent.callable, source_digest(agent.callable)]
    if agent.kind == "process":
        behaviour += [agent.command]
    draws = "" if job.sweep is None else job.sweep.draws(agent.name)
    arm = AgentRef(name=agent.name, digest=digest(behaviour), model=agent.model or "", prompt=prompt, draws=draws)
    texts = job.texts_of(agent)
    return arm.version(Bundle(agent=agent.name, texts=texts), agent.name) if texts else arm


def _behaviour(job: JobSpec, model: str) -> object:
    """What of a pool entry decides its answers."""
    if (panel := job.panels.specs.get(model)) is not None:
        return [panel.model_dump(mode="json"), [_behaviour(job, member) for member in panel.models]]
    pooled = job.models[model]
    spec = pooled.places(model)[0].spec  # all places answer as the same model, so the first one speaks for them
    server = job.servers[spec.server].model_dump(mode="json") if spec.server else None
    return [model, spec.model, spec.dialect, pooled.tools, spec.extra, spec.send_reasoning, server]


def _world_digest(job: JobSpec, spec: EnvironmentSpec, pack: Pack) -> str:
    """The pack's, unless the job does something to it."""
    user = None if spec.user is None else [_behaviour(job, spec.user.model), spec.user.model_dump(mode="json")]
    stress = None if spec.stress is None else spec.stress.model_dump(mode="json")
    return digest([pack.digest, user, stress], length=32) if user or stress else pack.digest


def _world(key: str, spec: EnvironmentSpec, pack: Pack, digest: str) -> _World:
    environment = EnvironmentRef(name=spec.label, pack=pack.name, version=pack.version, digest=digest)
    chosen = _chosen(key, spec, list(pack.tasks()))
    tasks = (TaskRef.of(card) for card in chosen)
    return _World(environment=environment, tasks=tuple(tasks))


def _chosen(key: str, spec: EnvironmentSpec, cards: list[TaskCard]) -> list[TaskCard]:
    if spec.tasks == "all":
        return cards
    if isinstance(spec.tasks, int):
        if spec.tasks > len(cards):
            raise ConfigError(f"{key}: '{spec.label}' has {len(cards)} tasks, not {spec.tasks}")
        return cards[: spec.tasks]
    known = {card.id: card for card in cards}
    for place, task in enumerate(spec.tasks):
        if task not in known:
            raise ConfigError(f"{key}.{place}: '{spec.label}' has no task '{task}'; {nearest(task, known)}")
    return [known[task] for task in spec.tasks]
