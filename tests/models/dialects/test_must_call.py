"""A call can be demanded of every provider, in its own words."""

from typing import Any

import orjson
import pytest

from wardian.base.messages import Message, Request, ToolSchema
from wardian.models.dialects.choice import dialect_of
from wardian.runs.steps.conversation import Conversation
from wardian.specs.endpoints import DialectName
from wardian.specs.models import ModelSpec

TOOL = ToolSchema(name="find", description="Finds.", parameters={"type": "object", "properties": {}})
ASKED = Request(model="m", messages=(Message(role="user", content="?"),), tools=(TOOL,))
DEMANDED = ASKED.model_copy(update={"must_call": True})


@pytest.mark.parametrize(
    ("dialect", "choice"),
    [
        ("chat", "required"),
        ("openai", "required"),
        ("azure", "required"),
        ("anthropic", {"type": "any"}),
        ("responses", "required"),
    ],
)
def test_every_provider_is_told_that_a_call_is_wanted(dialect: DialectName, choice: Any) -> None:
    spoken = dialect_of(ModelSpec(base_url="http://host/v1", dialect=dialect))
    assert orjson.loads(spoken.encode(DEMANDED, "m"))["tool_choice"] == choice
    assert "tool_choice" not in orjson.loads(spoken.encode(ASKED, "m"))
    toolless = DEMANDED.model_copy(update={"tools": ()})
    assert "tool_choice" not in orjson.loads(spoken.encode(toolless, "m"))


def test_it_is_another_question_in_the_journal() -> None:
    conversation = Conversation()
    assert conversation.question(ASKED) != conversation.question(DEMANDED)
