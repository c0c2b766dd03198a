"""The agent that a model plays: a system prompt, the conversation, the tools."""

from collections.abc import Sequence

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request, Sampling, ToolSchema

__all__ = ["ToolAgent"]


class ToolAgent:
    """Asks one model for every next message."""

    def __init__(self, client: ModelClient, prompt: str = "", sampling: Sampling | None = None) -> None:
        self._client = client
        self._sampling = sampling or Sampling()
        self._prompt = (Message(role="system", content=prompt),) if prompt else ()

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The model's answer to the whole conversation, prompt first."""
        request = Request(
            model=self._client.name,
            messages=(*self._prompt, *history),
            tools=tuple(tools),
            sampling=self._sampling,
            origin=origin,
        )
        return await self._client.complete(request)
