"""The version that a campaign begins with: the agent as the job has it, with all texts that may be edited."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wardian.base.bundle import RECOVERY, SYSTEM, TOOL_PREFIX, Bundle, Component
from wardian.base.errors import ConfigError, boundary
from wardian.base.messages import ToolSchema
from wardian.environments.pack import Pack
from wardian.specs.agents import AgentSpec, BoundSpec
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest
from wardian.specs.refinement import RefineSpec

__all__ = ["champion_of", "tools_of"]

SEED: Final = 1
"""Tools are the same in all episodes of a task."""


def champion_of(job: JobSpec, tools: Sequence[ToolSchema]) -> Bundle:
    """The refined agent with its own texts, one for each component that the job names; those out of a registry stay.

    Args:
        job: which has a `refine`.
        tools: what the agent sees, in all environments.

    Raises:
        ConfigError: where there is no such agent, or it has no such part; begins with the key.
    """
    refine = _refine(job)
    agent = _agent(job, refine)
    read = job.texts_of(agent)
    texts = {
        component: read.get(component) or _text(f"refine.components.{place}", component, job, agent, tools)
        for place, component in enumerate(refine.components)
    }
    return Bundle(agent=agent.name, texts={**read, **texts})


async def tools_of(job: JobSpec, packs: Mapping[str, Pack]) -> tuple[ToolSchema, ...]:
    """What the job's agents see of tools in its environments, by the first task of each.

    Those that hide what tools are called or do have none that a text could speak of, nor have those that do not open.

    Args:
        job: whose environments.
        packs: by the environments' names.
    """
    found: list[ToolSchema] = []
    for spec in job.environments:
        pack = packs[spec.label]
        cards = pack.tasks()
        if not cards or (spec.stress is not None and spec.stress.hide != "nothing"):
            continue
        with boundary(lambda _: None, cause="environment"):
            environment = pack.environment(cards[0].id)
            try:
                await environment.open(SEED)
                found += [tool for tool in environment.tools() if tool not in found]
            finally:
                environment.close()
    return tuple(found)


def _refine(job: JobSpec) -> RefineSpec:
    if job.refine is None:
        raise ConfigError("refine: it is missing; say at least `refine: {reflection: {model: NAME}}`")
    return job.refine


def _agent(job: JobSpec, refine: RefineSpec) -> AgentSpec:
    agents = {agent.name: agent for agent in job.agents if not isinstance(agent, BoundSpec)}
    if refine.agent is not None:
        if refine.agent not in agents:
            raise ConfigError(f"refine.agent: no agent '{refine.agent}' asks a model; {nearest(refine.agent, agents)}")
        return agents[refine.agent]
    prompted = [agent for agent in agents.values() if agent.kind == "tools" and agent.prompt is not None]
    if len(prompted) != 1:
        names = ", ".join(agent.name for agent in prompted)
        raise ConfigError(f"refine.agent: say which; {names or 'none'} has a prompt")
    return prompted[0]


def _text(key: str, component: Component, job: JobSpec, agent: AgentSpec, tools: Sequence[ToolSchema]) -> str:
    if component.startswith(TOOL_PREFIX):
        return _tool_text(key, component, tools)
    if component in (SYSTEM, RECOVERY):
        if agent.kind != "tools":
            raise ConfigError(f"{key}: the agent '{agent.name}' is code of its own and has no {component} prompt here")
        return job.prompts[agent.prompt] if component == SYSTEM and agent.prompt else ""
    return _instructions(key, component, job, agent)


def _instructions(key: str, component: Component, job: JobSpec, agent: AgentSpec) -> str:
    mode = component.removeprefix("fusion.")
    fusion = None if isinstance(agent, BoundSpec) else job.panels.specs.get(agent.model or "")
    if fusion is None or fusion.mode != mode or not (fusion.mode == "merge" or fusion.mode == "debate"):
        raise ConfigError(f"{key}: the agent '{agent.name}' asks no fusion of mode {mode}")
    return fusion.instructions


def _tool_text(key: str, component: Component, tools: Sequence[ToolSchema]) -> str:
    name, _, what = component.removeprefix(TOOL_PREFIX).rpartition(".")
    texts = dict.fromkeys(_described(key, tool, what) for tool in tools if tool.name == name)
    if not texts:
        raise ConfigError(f"{key}: no environment has a tool '{name}'; {nearest(name, [tool.name for tool in tools])}")
    if len(texts) > 1:
        raise ConfigError(f"{key}: environments of the job say different things about the tool '{name}'")
    return next(iter(texts))


def _described(key: str, tool: ToolSchema, what: str) -> str:
    if what == "description":
        return tool.description
    argument = what.removeprefix("arg:")
    properties: Any = tool.parameters.get("properties")
    known: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
    if not isinstance(schema := known.get(argument), dict):
        raise ConfigError(f"{key}: the tool '{tool.name}' has no argument '{argument}'; {nearest(argument, known)}")
    return str(schema.get("description") or "")
