"""An environment under supervision: what it does in too much time ends, and is its own fault."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from wardian.base.errors import EnvironmentFault
from wardian.base.hang import Allowed, Who
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.base.watchdog import Watchdog
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation
from wardian.environments.wrapped import WrappedEnvironment

__all__ = ["SupervisedEnvironment"]


class SupervisedEnvironment(WrappedEnvironment):
    """The environment that `make` makes. Its code runs under the watchdog, that of `make` included.

    What was interrupted is not touched again, not even to close it: it may hang once more, and what it would give back
    for others to use may be broken.

    Args:
        make: makes the environment.
        watchdog: ends what takes too long.
        who: whose environment it is.
        call: what one call, reply or opening may take.
        examination: what may block for the examination.
    """

    def __init__(
        self, make: Callable[[], Environment], watchdog: Watchdog, who: Who, call: Allowed, examination: Allowed
    ) -> None:
        self._watchdog = watchdog
        self._who = who
        self._call = call
        self._examination = examination
        super().__init__(watchdog.at_once((who, "environment", call), make))

    def open(self, seed: int) -> Coroutine[Any, Any, Sequence[Message]]:
        """Its opening."""
        return self._watchdog.within((self._who, "open", self._call), self._inner.open(seed))

    def tools(self) -> Sequence[ToolSchema]:
        """Its tools."""
        return self._watchdog.at_once((self._who, "tools", self._call), self._inner.tools)

    def call(self, call: ToolCall) -> Coroutine[Any, Any, Observation]:
        """What it does with the call."""
        return self._watchdog.within((self._who, call.name, self._call), self._inner.call(call))

    def reply(self, text: str) -> Coroutine[Any, Any, str | None]:
        """Its answer."""
        return self._watchdog.within((self._who, "reply", self._call), self._inner.reply(text))

    def digest(self) -> str:
        """Its state's."""
        return self._watchdog.at_once((self._who, "digest", self._call), self._inner.digest)

    def snapshot(self) -> bytes:
        """Its snapshot."""
        return self._watchdog.at_once((self._who, "snapshot", self._call), self._inner.snapshot)

    def restore(self, snapshot: bytes) -> None:
        """Become what the snapshot shows."""
        self._watchdog.at_once((self._who, "restore", self._call), lambda: self._inner.restore(snapshot))

    async def examine(self) -> Findings:
        """Its findings.

        Raises:
            EnvironmentFault: when it was interrupted before.
        """
        if self._watchdog.has_hung(self._who):
            raise EnvironmentFault("it was interrupted, and is not examined")
        examine = self._inner.examine()
        return await self._watchdog.unhurried((self._who, "examine", self._examination), examine)

    def close(self) -> None:
        """Close it."""
        if not self._watchdog.has_hung(self._who):
            self._watchdog.at_once((self._who, "close", self._call), self._inner.close)
