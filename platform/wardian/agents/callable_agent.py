"""An agent of one's own in Python: a function of history and tools."""

import asyncio
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from wardian.agents.own_calls import OwnCalls
from wardian.base.completion import Completion
from wardian.base.errors import ConfigError, Failure, ModelError, boundary
from wardian.base.messages import Message, Origin, ToolSchema

__all__ = ["CallableAgent"]


class CallableAgent:
    """Lets a function or an object of one's own give the next message.

    Args:
        answer: given history and tools, and `ask` when it `asks`; returns a text, a message or a completion. A class is
            made first. What is no coroutine function runs in a thread, and cannot ask.
        calls: the model calls that it makes with `ask`.
        asks: whether it is given `ask`.

    Raises:
        ConfigError: when it asks and is no coroutine function.
    """

    def __init__(self, answer: Callable[..., Any], calls: OwnCalls, *, asks: bool) -> None:
        made: Any = answer() if inspect.isclass(answer) else answer
        self._answer: Callable[..., Any] = made
        self._calls = calls
        self._further = (calls,) if asks else ()
        if asks and not _waits(self._answer):
            raise ConfigError("callable: an agent that is given a model must be an async function, to ask it")

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """What it says or calls.

        Raises:
            ModelError: cause "agent" for what its code raises, or when it gives no message.
        """
        self._calls.begin(origin)
        said = await self._said(tuple(history), tuple(tools))
        if isinstance(said, Completion):
            return self._calls.spent_on(said.message, said)
        message = Message(role="assistant", content=said) if isinstance(said, str) else said
        if not isinstance(message, Message) or message.role != "assistant":
            kind = type(message).__name__
            raise ModelError("bad_message", f"a text or an assistant's Message is wanted, not {kind}", cause="agent")
        return self._calls.spent_on(message)

    async def _said(self, history: tuple[Message, ...], tools: tuple[ToolSchema, ...]) -> Any:
        answer = self._answer
        failures: list[Failure] = []
        with boundary(failures.append, cause="agent"):
            if _waits(answer):
                return await answer(history, tools, *self._further)
            return await asyncio.to_thread(answer, history, tools)
        raise ModelError.of(failures[0])


def _waits(answer: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(answer) or inspect.iscoroutinefunction(type(answer).__call__)
