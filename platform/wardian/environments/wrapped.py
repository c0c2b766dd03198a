"""An environment around another one, to which it leaves everything that it does not do itself."""

from collections.abc import Sequence

from wardian.base.completion import Completion
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.change import Change
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation

__all__ = ["WrappedEnvironment"]


class WrappedEnvironment(Environment):
    """Does what `inner` does; a subclass says what is different."""

    def __init__(self, inner: Environment) -> None:
        self._inner = inner

    async def open(self, seed: int) -> Sequence[Message]:
        """The inner opening."""
        return await self._inner.open(seed)

    def tools(self) -> Sequence[ToolSchema]:
        """The inner tools."""
        return self._inner.tools()

    async def call(self, call: ToolCall) -> Observation:
        """What the inner world does with it."""
        return await self._inner.call(call)

    async def reply(self, text: str) -> str | None:
        """The inner answer."""
        return await self._inner.reply(text)

    def done_by_user(self) -> tuple[Change, ...]:
        """What the inner user did."""
        return self._inner.done_by_user()

    def voiced(self) -> Sequence[Completion]:
        """What the inner world has asked models."""
        return self._inner.voiced()

    def digest(self) -> str:
        """The inner state's."""
        return self._inner.digest()

    def snapshot(self) -> bytes:
        """The inner snapshot."""
        return self._inner.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Become the inner world of the snapshot."""
        self._inner.restore(snapshot)

    async def examine(self) -> Findings:
        """The inner findings."""
        return await self._inner.examine()

    def close(self) -> None:
        """Close the inner world."""
        self._inner.close()
