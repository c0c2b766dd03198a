"""The model calls that an agent of one's own makes through the job: for the message that comes of them, they count."""

from collections.abc import Sequence
from typing import Any

from wardian.base.clients import ModelClient
from wardian.base.completion import Completion
from wardian.base.dollars import total_usd
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Origin, Request, Sampling, ToolSchema
from wardian.base.usage import CallTiming, Usage

__all__ = ["OwnCalls"]


class OwnCalls:
    """Asks the job's model, and remembers what that took until the agent's next message.

    Args:
        client: the model; None: the agent has none.
        sampling: where the agent does not say; its `max_tokens` are the most that it may ask for.
        author: stands for the model's name where none was asked.
    """

    def __init__(self, client: ModelClient | None, sampling: Sampling, author: str) -> None:
        self._client = client
        self._sampling = sampling
        self._author = author
        self._origin: Origin | None = None
        self._made: list[Completion] = []
        self._asked = 0
        self._over = False

    def end(self) -> None:
        """The episode has ended: nobody would count what is asked from here on."""
        self._over = True

    def begin(self, origin: Origin) -> None:
        """A new turn: calls are made in its name."""
        self._origin = origin
        self._asked = 0

    async def __call__(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema] = (), sampling: Sampling | None = None
    ) -> Completion:
        """The model's answer.

        Raises:
            ModelError: when there is none, or the agent has no model.
        """
        if self._client is None:
            raise ModelError("no_model", f"agent '{self._author}' asks a model and names none", cause="agent")
        if self._over:
            raise ModelError("ended", "the episode has ended", cause="agent")
        self._asked += 1
        request = Request(
            model=self._client.name,
            messages=tuple(messages),
            tools=tuple(tools),
            sampling=self._within(sampling or Sampling()),
            origin=None if self._origin is None else self._origin.child(str(self._asked)),
        )
        completion = await self._client.complete(request)
        self._made.append(completion)
        return completion

    def spent_on(self, message: Message, own: Completion | None = None) -> Completion:
        """`message` with what all calls since the last one took together.

        `own`: a call that the agent has made otherwise.
        """
        made, self._made = self._made, []
        if own is not None and not any(own is each for each in made):
            made.append(own)
        return Completion(
            message=message,
            finish="tool_calls" if message.tool_calls else "stop",
            model=made[-1].model if made else self._author,
            usage=Usage.sum_of(each.usage for each in made),
            cost_usd=total_usd(each.cost_usd for each in made),
            timing=CallTiming.joined([each.timing for each in made], sum),
            simulated=any(each.simulated for each in made),
        )

    def _within(self, asked: Sampling) -> Sampling:
        given: dict[str, Any] = asked.model_dump(exclude_defaults=True)
        most = self._sampling.max_tokens
        if most is not None:
            given["max_tokens"] = min(given.get("max_tokens", most), most)
        return self._sampling.model_copy(update=given)
