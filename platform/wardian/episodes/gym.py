"""Episodes for reinforcement learning and notebooks: reset, step, close, as Gymnasium has them."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from wardian.base.clock import SystemClock
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.pack import Pack
from wardian.episodes.driven import DrivenEpisode, Step
from wardian.episodes.record import AgentRef, Episode, EpisodeSpec
from wardian.episodes.single import single_episode
from wardian.specs.job import Limits

__all__ = ["Action", "Gym", "Outcome"]

T = TypeVar("T")

Action = str | ToolCall | Message | tuple[str, dict[str, Any]]
"""A text for the user, a tool call, a whole message, or a tool's name with its arguments."""


class Outcome(NamedTuple):
    """What a step gives, in the order that Gymnasium made common.

    `observation` is what the agent hears. `reward` is 1 at the end of a solved task, else 0. An episode that ran into a
    limit is `truncated`. Once it has ended, `info` has the stop and the results of the checks.
    """

    observation: str
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]


class Gym:
    """Plays episodes of a pack, for code that is not asynchronous: it has an event loop of its own.

    Args:
        pack: the environment pack, opened with `load_pack`.
        task: the id of its task; by default the first.
        limits: where an episode ends at the latest.
        agent: the name in the record.
        episode: one that has begun already, to go on with.
    """

    def __init__(
        self,
        pack: Pack,
        task: str | None = None,
        limits: Limits | None = None,
        agent: str = "gym",
        episode: DrivenEpisode | None = None,
    ) -> None:
        self._pack = pack
        self._task = task
        self._limits = limits or Limits(wall_s=None)
        self._agent = agent
        self._episode = episode
        self._runner = asyncio.Runner()
        self._aside = _aside()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def reset(self, seed: int = 0, task: str | None = None) -> tuple[str, dict[str, Any]]:
        """Begin an episode of `task` (by default the last one): what the agent hears first, and the policy in `info`.

        Raises:
            ConfigError: when there is no such task.
        """
        self._task = task or self._task
        spec = single_episode(self._pack, self._task, AgentRef(name=self._agent, digest=""), seed)
        if self._episode is not None:
            self.record()
        step = self._run(self._begin(spec))
        policy = "\n".join(message.content for message in step.messages if message.role == "system")
        return _heard(step), {"policy": policy, "task": spec.task.id}

    def step(self, action: Action) -> Outcome:
        """Act, and hear what comes of it.

        Raises:
            EpisodeEnded: when the episode has ended.
        """
        episode = self._now
        step = self._run(episode.step(_message(action, number=len(episode.history))))
        info = {"stop": step.stop, "checks": step.checks}
        return Outcome(_heard(step), step.reward, step.terminated, step.truncated, info)

    @property
    def tools(self) -> Sequence[ToolSchema]:
        """The tools that may be called now."""
        return self._now.tools

    @property
    def history(self) -> Sequence[Message]:
        """The conversation so far."""
        return self._now.history

    def snapshot(self) -> bytes:
        """The whole world, and the record of how it came to be."""
        return self._now.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot of the same task."""
        self._now.restore(snapshot)

    def fork(self) -> "Gym":
        """Another one that goes on from here; the two know nothing of each other."""
        return Gym(self._pack, self._task, self._limits, self._agent, self._run(_forked(self._now)))

    def record(self) -> Episode:
        """End the episode; its record, as a run would have written it."""
        episode = self._run(self._now.close())
        self._episode = None
        return episode

    def close(self) -> None:
        """Give back what is held."""
        if self._episode is not None:
            self.record()
        if self._aside is None:
            self._runner.close()
        else:
            self._aside.submit(self._runner.close).result()
            self._aside.shutdown()

    @property
    def _now(self) -> DrivenEpisode:
        if self._episode is None:
            raise RuntimeError("no episode has begun: call reset() first")
        return self._episode

    async def _begin(self, spec: EpisodeSpec) -> Step:
        pack, task = self._pack, spec.task.id
        self._episode = DrivenEpisode(spec, lambda: pack.environment(task), self._limits, SystemClock())
        return await self._episode.open()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._aside is None:
            return self._runner.run(work)
        return self._aside.submit(self._runner.run, work).result()


def _aside() -> ThreadPoolExecutor | None:
    """A thread for our event loop where one is running in this thread already, as in notebooks."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return None
    return ThreadPoolExecutor(max_workers=1)


async def _forked(episode: DrivenEpisode) -> DrivenEpisode:
    return episode.fork()


def _heard(step: Step) -> str:
    return "\n".join(message.content for message in step.messages if message.role != "system")


def _message(action: Action, number: int) -> Message:
    match action:
        case str():
            return Message(role="assistant", content=action)
        case Message():
            return action
        case ToolCall():
            call = action
        case (name, arguments):
            call = ToolCall.numbered(number, name, arguments)
    return Message(role="assistant", tool_calls=(call,))
