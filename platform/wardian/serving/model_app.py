"""A model of the job behind a base URL: OpenAI's chat completions, for an agent that is a program of its own.

What it asks goes through the job's pool: retries, rate limits, budgets and cache are the job's, and it is recorded.
"""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from wardian.agents.own_calls import OwnCalls
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.frozen import first_problem
from wardian.base.messages import Message, Sampling, ToolCall, ToolSchema
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.simulator.bodies import send_whole, whole_body
from wardian.simulator.conversation import Conversation, Turn
from wardian.simulator.streams import chunks

__all__ = ["ModelApp"]

SYSTEM: Final = frozenset({"system", "developer"})
EVENTS: Final = b"text/event-stream"


class _Read(BaseModel):
    """Whatever else clients send is of no interest here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class OfferedFunction(_Read):
    """A tool as chat completions spell it."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = {"type": "object", "properties": {}}


class Offered(_Read):
    """One tool that the model may call."""

    function: OfferedFunction


class Question(Conversation):
    """A chat completion request."""

    tools: tuple[Offered, ...] | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    seed: int | None = None
    stop: str | tuple[str, ...] | None = None

    @property
    def sampling(self) -> Sampling:
        """How the answer shall be drawn."""
        stop = (self.stop,) if isinstance(self.stop, str) else self.stop or ()
        most = self.max_completion_tokens or self.max_tokens
        return Sampling(temperature=self.temperature, top_p=self.top_p, max_tokens=most, seed=self.seed, stop=stop)

    @property
    def schemas(self) -> list[ToolSchema]:
        """The tools."""
        return [ToolSchema.model_validate(each.function.model_dump()) for each in self.tools or ()]


class ModelApp:
    """Answers `/chat/completions` and `/models` below the paths that it is given.

    Args:
        calls: asks the model.
        model: its name in the job; a program may ask for any name and gets this one.
        failed: told of a failure for which the agent is not to blame.
    """

    def __init__(self, calls: OwnCalls, model: str, failed: Callable[[ModelError], object]) -> None:
        self._calls = calls
        self._model = model
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"].endswith("/models"):
            listed = [{"id": self._model, "object": "model", "created": 0, "owned_by": "wardian"}]
            await _send(send, {"object": "list", "data": listed})
            return
        if not scope["path"].endswith("/chat/completions"):
            await _send(send, _error("unknown_url", "there is /chat/completions and /models"), HTTPStatus.NOT_FOUND)
            return
        try:
            question = Question.model_validate_json(await whole_body(receive))
            messages = [_message(turn) for turn in question.messages]
            completion = await self._calls(messages, question.schemas, question.sampling)
        except ValidationError as error:
            await _send(send, _error("invalid_request", first_problem(error, "body")), HTTPStatus.BAD_REQUEST)
        except ModelError as error:
            if error.cause != "agent":
                self._failed(error)
            await _send(send, _error(error.kind, str(error)), HTTPStatus.BAD_REQUEST)
        else:
            await self._answer(send, question, completion)

    async def _answer(self, send: Send, question: Question, completion: Completion) -> None:
        usage = completion.usage
        counts = {"prompt_tokens": usage.input_tokens, "completion_tokens": usage.output_tokens}
        counts["total_tokens"] = usage.total
        head: dict[str, object] = {"id": "wardian", "created": int(time.time()), "model": completion.model}
        if question.stream:
            events = chunks(head, completion.message, completion.finish, counts if question.counts else None)
            await send_whole(send, HTTPStatus.OK, b"".join(events), EVENTS)
            return
        message = orjson.Fragment(completion.message.wire)
        choice = {"index": 0, "message": message, "finish_reason": completion.finish}
        await _send(send, {"object": "chat.completion", **head, "choices": [choice], "usage": counts})


def _message(turn: Turn) -> Message:
    if turn.role in SYSTEM:
        return Message(role="system", content=turn.text)
    if turn.role == "assistant":
        called = [(call.id, call.function) for call in turn.tool_calls or ()]
        calls = tuple(ToolCall(id=name, name=made.name, arguments=made.arguments) for name, made in called)
        return Message(role="assistant", content=turn.text, tool_calls=calls)
    if turn.role == "tool":
        return Message(role="tool", content=turn.text, tool_call_id=turn.tool_call_id)
    return Message(role="user", content=turn.text)


def _error(code: str, message: str) -> dict[str, object]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


async def _send(send: Send, body: object, status: HTTPStatus = HTTPStatus.OK) -> None:
    await send_whole(send, status, orjson.dumps(body))
