"""Tools as text: what the model is told, and what is made of its answers."""

import orjson
import pytest

from wardian.base.completion import Completion
from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.base.usage import FinishReason
from wardian.models.text_calls import read_calls
from wardian.models.text_tools import TextToolsClient

TOOL = ToolSchema(name="get_order", description="Look up an order.", parameters={"type": "object"})
GOOD = '{"name": "get_order", "arguments": {"order_id": "O-1"}}'
ARGUMENTS = {"order_id": "O-1"}


class Parrot:
    """A model that says what it was given to say, and keeps what it was asked."""

    name = "m"

    def __init__(self, text: str, finish: FinishReason = "stop") -> None:
        self._completion = Completion(message=Message(role="assistant", content=text), finish=finish, model="m")
        self.asked = Request(model="", messages=())

    async def complete(self, request: Request) -> Completion:
        self.asked = request
        return self._completion


READABLE = {
    "as asked": f"<tool_call>\n{GOOD}\n</tool_call>",
    "one line": f"<tool_call>{GOOD}</tool_call>",
    "fenced inside": f"<tool_call>\n```json\n{GOOD}\n```\n</tool_call>",
    "no end tag": f"<tool_call>\n{GOOD}",
    "invented response": f"<tool_call>{GOOD}<tool_response>done</tool_response>",
    "parameters": '<tool_call>{"name": "get_order", "parameters": {"order_id": "O-1"}}</tool_call>',
    "nested function": '<tool_call>{"function": {"name": "get_order", "arguments": {"order_id": "O-1"}}}</tool_call>',
    "function as name": '<tool_call>{"function": "get_order", "args": {"order_id": "O-1"}}</tool_call>',
    "arguments as text": '<tool_call>{"name": "get_order", "arguments": "{\\"order_id\\": \\"O-1\\"}"}</tool_call>',
    "a list": f"<tool_call>[{GOOD}]</tool_call>",
    "bare": GOOD,
    "bare fenced": f"```json\n{GOOD}\n```",
}


@pytest.mark.parametrize("text", READABLE.values(), ids=READABLE)
def test_call_is_read(text: str) -> None:
    said, calls = read_calls(text, 3)
    assert said == ""
    assert [(call.name, orjson.loads(call.arguments)) for call in calls] == [("get_order", ARGUMENTS)]


UNREADABLE = {
    "cut": ('<tool_call>{"name": "get_order", "arguments": {"ord', "get_order"),
    "single quotes": ("<tool_call>{'name': 'get_order', 'arguments': {}}</tool_call>", "get_order"),
    "python": ('<tool_call>get_order("O-1")</tool_call>', ""),
    "empty": ("<tool_call></tool_call>", ""),
    "a number": ("<tool_call>3</tool_call>", ""),
}


@pytest.mark.parametrize(("text", "name"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_call_stays_a_call(text: str, name: str) -> None:
    _, calls = read_calls(text, 0)
    assert [call.name for call in calls] == [name]
    with pytest.raises((ValueError, AssertionError)):
        assert isinstance(orjson.loads(calls[0].arguments), dict)


@pytest.mark.parametrize(
    "text",
    ["", "Hello!", "Your order is {not json}", '{"status": "failed"}', '{"name": "Anna"}', "[1, 2]", "```\ncode\n```"],
)
def test_text_stays_text(text: str) -> None:
    assert read_calls(text, 0) == (text, ())


def test_several_calls_and_words_before() -> None:
    said, calls = read_calls(f"Let me look.\n<tool_call>{GOOD}</tool_call>\n<tool_call>{GOOD}</tool_call> bye", 12)
    assert said == "Let me look."
    assert [call.id for call in calls] == ["c000c0000", "c000c0001"]


async def test_tools_are_described_and_calls_become_typed() -> None:
    parrot = Parrot(f"<tool_call>{GOOD}</tool_call>")
    messages = (Message(role="system", content="Policy."), Message(role="user", content="hi"))
    completion = await TextToolsClient(parrot).complete(Request(model="m", messages=messages, tools=(TOOL,)))
    assert parrot.asked.tools == ()
    assert parrot.asked.messages[0].content.startswith("Policy.\n")
    assert '"name":"get_order","description":"Look up an order."' in parrot.asked.messages[0].content
    assert parrot.asked.messages[1:] == messages[1:]
    assert (completion.finish, completion.message.tool_calls[0].name) == ("tool_calls", "get_order")


async def test_history_is_told_in_words() -> None:
    parrot = Parrot("Done.")
    calls = (
        ToolCall(id="a", name="get_order", arguments='{"order_id":"O-1"}'),
        ToolCall(id="b", name="f", arguments=""),
    )
    messages = (
        Message(role="user", content="hi"),
        Message(role="assistant", content="Let me see.", tool_calls=calls),
        Message(role="tool", content="shipped", tool_call_id="a"),
        Message(role="tool", content="unknown tool", tool_call_id="b"),
    )
    completion = await TextToolsClient(parrot).complete(Request(model="m", messages=messages, tools=(TOOL,)))
    told = parrot.asked.messages
    assert [message.role for message in told] == ["system", "user", "assistant", "user"]
    assert not any(message.tool_calls or message.tool_call_id for message in told)
    assert '{"name": "get_order", "arguments": {"order_id":"O-1"}}' in told[2].content
    assert told[3].content.count("<tool_response>") == 2
    assert completion.message.content == "Done."


async def test_cut_call_keeps_its_finish() -> None:
    completion = await TextToolsClient(Parrot('<tool_call>{"name": "f', "length")).complete(
        Request(model="m", messages=(Message(role="user", content="hi"),), tools=(TOOL,))
    )
    assert completion.finish == "length"
    assert len(completion.message.tool_calls) == 1


async def test_without_tools_nothing_is_read() -> None:
    text = f"<tool_call>{GOOD}</tool_call>"
    completion = await TextToolsClient(Parrot(text)).complete(Request(model="m", messages=()))
    assert completion.message.content == text
