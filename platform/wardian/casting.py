"""Who plays: from an agent of the job, or a version of one, to the agent of one episode."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from wardian.agents.agent import Agent
from wardian.agents.callable_agent import CallableAgent
from wardian.agents.own_calls import OwnCalls
from wardian.agents.script_agent import ScriptAgent
from wardian.agents.tool_agent import ToolAgent
from wardian.agents.tool_texts import RetoldTools, ToolTexts
from wardian.base.bundle import Bundle
from wardian.base.clients import ModelClient
from wardian.base.imported import imported
from wardian.base.messages import Message
from wardian.episodes.record import AgentRef
from wardian.serving.process_agent import process_agent
from wardian.specs.agents import OwnAgentSpec
from wardian.specs.fusion.modes import DebateSpec, MergeSpec
from wardian.specs.fusion.panels import PREFIX
from wardian.specs.job import JobSpec

__all__ = ["Cast"]


class Cast:
    """The agents of a job and their versions.

    Args:
        job: whose agents.
        clients: everybody whom they may ask, by name.
        opened: makes them anew for a job that says something else of its fusions.
        environ: environment variables for programs.
    """

    def __init__(
        self,
        job: JobSpec,
        clients: Mapping[str, ModelClient],
        opened: Callable[[JobSpec], Mapping[str, ModelClient]],
        environ: Mapping[str, str],
    ) -> None:
        self._job = job
        self._clients = clients
        self._opened = opened
        self._environ = environ
        self._specs = {agent.name: agent for agent in job.agents}
        self._tool_texts: dict[str, ToolTexts] = {}
        self._told: dict[tuple[str, str], ModelClient] = {}

    @asynccontextmanager
    async def agent(self, arm: AgentRef, reference: Callable[[], Sequence[Message]]) -> AsyncIterator[Agent]:
        """An agent for one episode.

        Args:
            arm: which one, or which version of it.
            reference: what the task's reference says and does.
        """
        async with self._plain(arm, reference) as agent:
            texts = None if arm.bundle is None else self._texts(arm.bundle)
            yield RetoldTools(agent, texts) if texts else agent

    @asynccontextmanager
    async def _plain(self, arm: AgentRef, reference: Callable[[], Sequence[Message]]) -> AsyncIterator[Agent]:
        spec, bundle = self._specs[arm.plays], arm.bundle
        if spec.kind == "tools":
            yield ToolAgent(self._client(spec.model, bundle), arm.system(self._job.prompts), spec.sampling)
        elif spec.kind == "callable":
            calls = OwnCalls(self._asked(spec, bundle), spec.sampling, spec.name)
            yield CallableAgent(imported(spec.callable), calls, asks=spec.model is not None)
        elif spec.kind == "process":
            async with process_agent(spec, self._asked(spec, bundle), self._environ) as agent:
                yield agent
        else:
            yield ScriptAgent(reference() if spec.kind == "reference" else (), spec.name)

    def _texts(self, bundle: Bundle) -> ToolTexts:
        """Made once for all episodes of a version, so that a schema is encoded once."""
        known = self._tool_texts.get(bundle.sha)
        if known is None:
            known = self._tool_texts[bundle.sha] = ToolTexts(bundle.texts)
        return known

    def _asked(self, spec: OwnAgentSpec, bundle: Bundle | None) -> ModelClient | None:
        return None if spec.model is None else self._client(spec.model, bundle)

    def _client(self, model: str, bundle: Bundle | None) -> ModelClient:
        """The agent's model; a fusion that is told something else in a version is a client of its own."""
        fusion = self._job.panels.specs.get(model)
        if bundle is None or fusion is None or not isinstance(fusion, MergeSpec | DebateSpec):
            return self._clients[model]
        text = bundle.texts.get(f"fusion.{fusion.mode}", fusion.instructions)
        if text == fusion.instructions:
            return self._clients[model]
        client = self._told.get((model, text))
        if client is None:
            fusions = {
                **self._job.fusions,
                model.removeprefix(PREFIX): fusion.model_copy(update={"instructions": text}),
            }
            client = self._opened(self._job.model_copy(update={"fusions": fusions}))[model]
            self._told[model, text] = client
        return client
