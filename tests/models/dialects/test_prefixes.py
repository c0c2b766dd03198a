"""What was sent once is sent again byte for byte: only then does a provider's prompt cache find it."""

from itertools import pairwise

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardian.base.messages import Message, Request, Thoughts, ToolCall, ToolSchema
from wardian.models.dialects.choice import dialect_of
from wardian.specs.endpoints import DialectName
from wardian.specs.models import ModelSpec

TOOLS = (ToolSchema(name="find", description="ü", parameters={"type": "object"}),)
THOUGHTS: dict[DialectName, str] = {
    "chat": '{"reasoning_content":"hm"}',
    "openai": '{"reasoning_details":[{"type":"reasoning.text","text":"hm"}]}',
    "azure": '{"reasoning":"hm"}',
    "anthropic": '[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"x"}]',
    "responses": '[{"type":"reasoning","encrypted_content":"g"},{"role":"assistant","content":"x"}]',
}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ARGUMENTS = TEXT | st.sampled_from(['{ "b":1,"a": 2 }', '{"cut of', "{}", "[1]"])
CALLS = st.lists(st.builds(ToolCall, id=st.uuids().map(str), name=TEXT, arguments=ARGUMENTS), max_size=8)
TURN = st.tuples(TEXT, CALLS.map(tuple), st.booleans(), TEXT)
"""What the model says, which tools it calls, whether it thinks, and what it hears."""


def later_messages(turn: tuple[str, tuple[ToolCall, ...], bool, str], thoughts: str) -> tuple[Message, ...]:
    """A turn as the next request has it, from the model's answer to what came of it."""
    text, calls, thinks, heard = turn
    kept = Thoughts(source="s", body=thoughts) if thinks and not calls else None
    said = Message(
        role="assistant", content=text if text.strip() else "Hm.", tool_calls=calls, reasoning="hm", thoughts=kept
    )
    results = [Message(role="tool", content=heard, tool_call_id=call.id) for call in calls]
    return (said, *(results or [Message(role="user", content=heard if heard.strip() else "Go on.")]))


@pytest.mark.parametrize("dialect", THOUGHTS)
@settings(max_examples=60, deadline=None)
@given(prompt=TEXT, turns=st.lists(TURN, min_size=1, max_size=5))
def test_each_turn_begins_with_the_one_before(
    dialect: DialectName, prompt: str, turns: list[tuple[str, tuple[ToolCall, ...], bool, str]]
) -> None:
    spoken = dialect_of(ModelSpec(base_url="http://host/v1", dialect=dialect))
    messages: tuple[Message, ...] = (Message(role="system", content=prompt), Message(role="user", content="Hi"))
    bodies = [spoken.encode(Request(model="m", messages=messages), "m")]
    for turn in turns:
        messages = tuple(message.model_copy() for message in (*messages, *later_messages(turn, THOUGHTS[dialect])))
        bodies.append(spoken.encode(Request(model="m", messages=messages), "m"))
    for earlier, later in pairwise(bodies):
        assert later.startswith(earlier.removesuffix(b"]}"))
        assert earlier.endswith(b"]}")
        assert len(later) > len(earlier)
        orjson.loads(later)


@pytest.mark.parametrize("dialect", THOUGHTS)
def test_tools_and_prompt_stay_the_same(dialect: DialectName) -> None:
    spoken = dialect_of(ModelSpec(base_url="http://host/v1", dialect=dialect))
    opening = (Message(role="system", content="Be brief."), Message(role="user", content="Hi"))
    turn = later_messages(("x", (), False, "y"), THOUGHTS[dialect])
    first, second = (
        orjson.loads(spoken.encode(Request(model="m", messages=messages, tools=TOOLS), "m"))
        for messages in (opening, opening + turn)
    )
    conversation = {"messages", "input"}
    assert list(first) == list(second)
    assert [first[key] for key in first if key not in conversation] == [
        second[key] for key in second if key not in conversation
    ]
