"""The environment as an episode sees it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from wardian.base.completion import Completion
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.change import Change
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation

__all__ = ["Environment"]


class Environment(ABC):
    """A living world with one task in it: opened for one episode, then thrown away.

    An environment is a pure function of (pack, knobs, task, seed, actions): no wall time, no host
    randomness, no network. That is what makes forks, replays and resumed runs exact.
    """

    @abstractmethod
    async def open(self, seed: int) -> Sequence[Message]:
        """Start the episode: the policy as a system message (if there is one) and what the user says first."""

    @abstractmethod
    def tools(self) -> Sequence[ToolSchema]:
        """The tools that the agent may call now; asked before every turn, so that they may change."""

    @abstractmethod
    async def call(self, call: ToolCall) -> Observation:
        """Execute one tool call. A tool's own failure, an unknown name and bad arguments are observations."""

    @abstractmethod
    async def reply(self, text: str) -> str | None:
        """The user's answer to a text of the agent; None ends the episode."""

    def done_by_user(self) -> tuple[Change, ...]:
        """What the user did with tools of their own before their last answer."""
        return ()

    def voiced(self) -> Sequence[Completion]:
        """Answers of models that the world itself has asked for since this was asked last; most worlds ask none."""
        return ()

    @abstractmethod
    def digest(self) -> str:
        """A short hash of the whole state: equal states give equal digests, in every process."""

    @abstractmethod
    def snapshot(self) -> bytes:
        """The whole world, clock and user included, as bytes that `restore` takes."""

    @abstractmethod
    def restore(self, snapshot: bytes) -> None:
        """Become the world of `snapshot`, which may come from another environment of the same task."""

    @abstractmethod
    async def examine(self) -> Findings:
        """Check the final state; asked once, after the last turn."""

    def close(self) -> None:
        """Give back what the environment holds (a database connection, say)."""
        return
