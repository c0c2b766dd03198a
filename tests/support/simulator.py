"""A small task and conversations about it, as the simulator sees them."""

from collections.abc import Sequence
from typing import Any

import httpx
import orjson

from wardian.base.messages import Message, ToolCall
from wardian.simulator.asgi import Application
from wardian.simulator.conversation import Conversation, Turn
from wardian.specs.models import SimulatorServer, SkillSpec

OK = '{"ok": true}'
ERROR = '{"error": {"code": "not_found", "message": "no"}}'


def called(name: str, **arguments: Any) -> Message:
    call = ToolCall(id="r", name=name, arguments=orjson.dumps(arguments).decode())
    return Message(role="assistant", tool_calls=(call,))


def said(text: str) -> Message:
    return Message(role="assistant", content=text)


def heard(text: str) -> Message:
    return Message(role="user", content=text)


CANCEL = (
    said("Please tell me your email address."),
    called("find_customer", email="ann@example.com"),
    called("get_order", order_id="W100"),
    called("get_order", order_id="W200"),
    said("I would cancel order W200. Do you want me to proceed?"),
    called("cancel_order", order_id="W200", reason="too late"),
    said("Order W200 is cancelled."),
)


class Tasks:
    """A playbook that knows one task and counts how often it is asked."""

    def __init__(self, script: Sequence[Message] = CANCEL) -> None:
        self.asked = 0
        self._script = script

    def script(self, task: str) -> Sequence[Message] | None:
        self.asked += 1
        return self._script if task == "shop/cancel" else None


def skilled(**skill: Any) -> SimulatorServer:
    return SimulatorServer(kind="simulator", skills={"sim": SkillSpec.model_validate(skill)}, seed=1)


def client_of(app: Application) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://simulator")


def body(messages: Sequence[Message], model: str = "sim") -> bytes:
    return orjson.dumps({"model": model, "messages": [orjson.Fragment(message.wire) for message in messages]})


def turns(messages: Sequence[Message]) -> tuple[Turn, ...]:
    return Conversation.model_validate_json(body(messages)).messages


def answered(message: Message, result: str = OK) -> list[Message]:
    """`message` and what it brings about: results of its calls, or a word of the user."""
    if not message.tool_calls:
        return [message, heard("Yes, please.")]
    results = [Message(role="tool", content=result, tool_call_id=call.id) for call in message.tool_calls]
    return [message, *results]
