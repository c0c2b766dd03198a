"""What was sent once is sent again byte for byte: only then does a provider's prompt cache find it."""

import re
from itertools import pairwise

import pytest

from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.models.dialects.choice import dialect_of
from wardian.specs.models import DialectName, ModelSpec

TOOLS = (ToolSchema(name="find", description="ü", parameters={"type": "object"}),)
OPENING = (Message(role="system", content="Be brief."), Message(role="user", content="Hi"))
TURNS = (
    (
        Message(role="assistant", tool_calls=(ToolCall(id="a", name="find", arguments='{ "b":1,"a": 2 }'),)),
        Message(role="tool", content="x", tool_call_id="a"),
    ),
    (
        Message(role="assistant", tool_calls=(ToolCall(id="b", name="find", arguments='{"cut of'),)),
        Message(role="tool", content="y", tool_call_id="b"),
    ),
    (Message(role="assistant", content="Done.", reasoning="hm"), Message(role="user", content="Thanks")),
)
CLOSING = re.compile(rb"[\]}]+$")


@pytest.mark.parametrize("dialect", ["chat", "openai", "azure", "anthropic", "responses"])
def test_each_turn_begins_with_the_one_before(dialect: DialectName) -> None:
    spoken = dialect_of(ModelSpec(base_url="http://host/v1", dialect=dialect))
    messages: tuple[Message, ...] = OPENING
    bodies = []
    for turn in ((), *TURNS):
        messages = (*messages, *(message.model_copy() for message in turn))
        bodies.append(_until_the_last_message(spoken.encode(Request(model="m", messages=messages, tools=TOOLS), "m")))
    for earlier, later in pairwise(bodies):
        assert later.startswith(earlier)
        assert len(later) > len(earlier)


def _until_the_last_message(body: bytes) -> bytes:
    """Everything up to the end of the conversation, without what closes it or follows it."""
    return CLOSING.sub(b"", body.partition(b',"tools":[{"type"')[0])
