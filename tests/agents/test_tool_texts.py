"""Other words for tools: what the agent reads changes, and nothing else."""

from collections.abc import Sequence

from support.packs.counter.environment import ADD

from wardian.agents.tool_texts import RetoldTools, ToolTexts
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, ToolSchema

ORIGIN = Origin(episode="e", task="w/t", path="t1/agent")


class Reader:
    def __init__(self) -> None:
        self.tools: list[Sequence[ToolSchema]] = []

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        self.tools.append(tools)
        return Completion(message=Message(role="assistant", content="Hi"), finish="stop", model="m")


def argument_of(tool: ToolSchema) -> str:
    properties = tool.parameters["properties"]
    assert isinstance(properties, dict)
    (argument,) = properties
    return argument


def described(tool: ToolSchema, argument: str) -> object:
    properties = tool.parameters["properties"]
    assert isinstance(properties, dict)
    schema = properties[argument]
    assert isinstance(schema, dict)
    return schema.get("description")


def test_a_description_and_an_argument_are_told_anew() -> None:
    argument = argument_of(ADD)
    texts = ToolTexts({"tool:add.description": "Counts up.", f"tool:add.arg:{argument}": "By how much."})
    (told,) = texts.retold([ADD])
    assert (told.description, described(told, argument)) == ("Counts up.", "By how much.")
    assert (told.name, told.effect) == (ADD.name, ADD.effect)
    assert b"Counts up." in told.wire
    assert described(ADD, str(argument)) != "By how much."


def test_only_what_a_text_is_about_changes_and_the_rest_stays_the_same_object() -> None:
    texts = ToolTexts({"system": "Be kind.", "tool:other.description": "X", "tool:add.arg:no_such": "Y"})
    other = ADD.model_copy(update={"name": "third"})
    told = texts.retold([ADD, other])
    assert told[0] == ADD
    assert told[1] is other


def test_a_schema_is_made_once_for_all_episodes() -> None:
    texts = ToolTexts({"tool:add.description": "Counts up."})
    assert texts.retold([ADD])[0] is texts.retold([ADD])[0]
    renewed = ADD.model_copy(update={"effect": "read"})
    assert texts.retold([renewed])[0].effect == "read"


def test_texts_of_prompts_alone_are_none_of_tools() -> None:
    assert not ToolTexts({"system": "Be kind.", "recovery": "Try again."})
    assert ToolTexts({"tool:a.b.arg:c": "a tool with a dot in its name"})


async def test_the_inner_agent_reads_the_other_words() -> None:
    reader = Reader()
    await RetoldTools(reader, ToolTexts({"tool:add.description": "Counts up."})).act([], [ADD], ORIGIN)
    assert [tool.description for tool in reader.tools[0]] == ["Counts up."]
