"""Tools: the schema follows the signature, and whatever a model writes becomes a typed observation."""

from datetime import datetime
from typing import Literal

import orjson
import pytest

from wardian.base.errors import EnvironmentFault
from wardian.base.frozen import JsonObject
from wardian.base.messages import ToolCall
from wardian.environments.state import Row, State
from wardian.environments.template import Template
from wardian.environments.tool import BadArguments, ToolError, parsed_object, tool
from wardian.environments.toolbox import Toolbox

TEMPLATE = Template(
    "CREATE TABLE jars(id TEXT PRIMARY KEY, grams INTEGER);",
    {"jars": [{"id": "j1", "grams": 500}]},
    datetime(2026, 3, 2),
)


class Pantry(Toolbox):
    hidden = frozenset({"paint_jar"})

    @tool(effect="read")
    def get_jar(self, jar_id: str) -> Row:
        """Look a jar up
        by its id.

        Not for the agent.

        Args:
            jar_id: such as "j1",
                as printed on the lid.
        """
        return self.found(f"jar {jar_id}", "SELECT * FROM jars WHERE id = ?", jar_id)

    @tool(effect="write")
    def take(self, jar_id: str, grams: int, spoon: Literal["small", "big"] = "small") -> JsonObject:
        """Take some out."""
        self.state.run("UPDATE jars SET grams = grams - ? WHERE id = ?", grams, jar_id)
        left = self.get_jar(jar_id)
        if left["grams"] < 0:
            raise ToolError("not_allowed", "there is not so much in it")
        return {"left": left["grams"], "spoon": spoon}

    @tool(effect="read")
    def lie(self) -> str:
        """Write though it says that it reads."""
        self.state.run("DELETE FROM jars")
        return "done"

    @tool(effect="write")
    def paint_jar(self) -> str:
        """Paint a jar."""
        return "blue"

    def helper(self) -> None:
        """Not a tool."""


@pytest.fixture
def pantry() -> Pantry:
    return Pantry(State(TEMPLATE))


def call(name: str, arguments: str = "{}") -> ToolCall:
    return ToolCall(id="c1", name=name, arguments=arguments)


def test_the_schema_follows_the_signature(pantry: Pantry) -> None:
    get_jar, take, lie = pantry.schemas()
    assert (get_jar.name, get_jar.effect, get_jar.description) == ("get_jar", "read", "Look a jar up by its id.")
    assert get_jar.parameters == {
        "type": "object",
        "additionalProperties": False,
        "properties": {"jar_id": {"type": "string", "description": 'such as "j1", as printed on the lid.'}},
        "required": ["jar_id"],
    }
    assert take.effect == "write"
    assert take.parameters["properties"] == {
        "jar_id": {"type": "string"},
        "grams": {"type": "integer"},
        "spoon": {"type": "string", "enum": ["small", "big"], "default": "small"},
    }
    assert lie.parameters == {"type": "object", "additionalProperties": False, "properties": {}}


def test_a_read_and_a_write(pantry: Pantry) -> None:
    seen = pantry.call(call("get_jar", '{"jar_id": "j1"}'))
    assert (orjson.loads(seen.text), seen.error, seen.changes) == ({"id": "j1", "grams": 500}, None, ())
    done = pantry.call(call("take", '{"jar_id": "j1", "grams": 100}'))
    assert orjson.loads(done.text) == {"left": 400, "spoon": "small"}
    assert [(change.column, change.before, change.after) for change in done.changes] == [("grams", 500, 400)]


def test_a_refused_write_is_taken_back(pantry: Pantry) -> None:
    before = pantry.state.digest
    refused = pantry.call(call("take", '{"jar_id": "j1", "grams": 501}'))
    assert refused.error == "not_allowed"
    assert refused.text == '{"error":{"code":"not_allowed","message":"there is not so much in it"}}'
    assert pantry.state.drain() == ()
    assert pantry.state.digest == before


@pytest.mark.parametrize(
    ("name", "arguments", "error", "words"),
    [
        ("get_jars", "{}", "unknown_tool", "did you mean 'get_jar'?"),
        ("", "{}", "unknown_tool", "valid: get_jar, lie, take"),
        ("helper", "{}", "unknown_tool", "there is no tool 'helper'"),
        ("paint_jar", "{}", "unknown_tool", "there is no tool 'paint_jar'"),
        ("x" * 100_000, "{}", "unknown_tool", "xxx"),
        ("get\ud800jar", "{}", "unknown_tool", "get?jar"),
        ("get_jar", "{}", "invalid_arguments", "jar_id: Field required"),
        ("get_jar", "", "invalid_arguments", "jar_id: Field required"),
        ("get_jar", "{", "invalid_arguments", "Invalid JSON"),
        ("get_jar", "jar_id=j1", "invalid_arguments", "Invalid JSON"),
        ("get_jar", '["j1"]', "invalid_arguments", "object"),
        ("get_jar", '"j1"', "invalid_arguments", "object"),
        ("get_jar", "null", "invalid_arguments", "object"),
        ("get_jar", '{"jar_id": 1}', "invalid_arguments", "jar_id: Input should be a valid string"),
        ("get_jar", '{"jar_id": null}', "invalid_arguments", "jar_id"),
        ("get_jar", '{"jar_id": "j1", "lid": 1}', "invalid_arguments", "lid: Extra inputs"),
        ("get_jar", '{"jar_id": "\\ud800"}', "invalid_arguments", "Invalid JSON"),
        ("get_jar", '{"jar_id": ' + "[" * 5000, "invalid_arguments", "Invalid JSON"),
        ("get_jar", '{"jar_id": "x\\u0000"}', "not_found", "there is no jar"),
        ("get_jar", '{"jar_id": "' + "x" * 100_000 + '"}', "not_found", "there is no jar"),
        ("take", '{"jar_id": "j1", "grams": "100"}', "invalid_arguments", "grams"),
        ("take", '{"jar_id": "j1", "grams": 1e400}', "invalid_arguments", "grams"),
        ("take", '{"jar_id": "j1", "grams": 100000000000000000000}', "invalid_arguments", "too large"),
        ("take", '{"jar_id": "j1", "grams": 1, "spoon": "huge"}', "invalid_arguments", "spoon"),
        ("take", '{"a": 1, "b": 2, "c": 3, "d": 4}', "invalid_arguments", "and 3 more"),
    ],
)
def test_whatever_a_model_writes_is_a_typed_refusal(
    pantry: Pantry, name: str, arguments: str, error: str, words: str
) -> None:
    seen = pantry.call(ToolCall.model_construct(id="c1", name=name, arguments=arguments))
    assert seen.error == error
    assert seen.text.startswith('{"error"')
    body = orjson.loads(seen.text)["error"]
    assert body["code"] == error
    assert words in body["message"]
    assert len(seen.text) < 1_000
    assert seen.changes == ()


def test_no_arguments_may_be_an_empty_text() -> None:
    painter = Pantry(State(TEMPLATE), extras=("paint_jar",))
    assert painter.call(call("paint_jar", "")).text == "blue"
    assert [schema.name for schema in painter.schemas()] == ["get_jar", "take", "lie", "paint_jar"]


def test_a_reader_that_writes_is_the_environment_s_fault(pantry: Pantry) -> None:
    with pytest.raises(EnvironmentFault, match="lie says that it only reads"):
        pantry.call(call("lie"))


def test_writes_are_known(pantry: Pantry) -> None:
    assert pantry.is_write("take")
    assert not pantry.is_write("get_jar")
    assert not pantry.is_write("paint_jar")


def test_tools_come_from_all_bases() -> None:
    class Cellar(Toolbox):
        @tool(effect="read")
        def look(self) -> str:
            """Look around."""
            return "dark"

    class House(Pantry, Cellar):
        @tool(effect="read")
        def get_jar(self, jar_id: str) -> Row:
            """Another way."""
            return {"jar": jar_id}

    names = [schema.name for schema in House(State(TEMPLATE)).schemas()]
    assert {"look", "take"} <= set(names)
    jar = House(State(TEMPLATE)).call(ToolCall(id="c", name="get_jar", arguments='{"jar_id": "x"}'))
    assert orjson.loads(jar.text) == {"jar": "x"}
    assert "look" not in [schema.name for schema in Pantry(State(TEMPLATE)).schemas()]


def test_no_number_is_infinite() -> None:
    class Scale(Toolbox):
        @tool(effect="read")
        def weigh(self, grams: float) -> str:
            """Weigh."""
            return f"{grams:g}"

    for grams in ("1e999", "Infinity", "NaN"):
        seen = Scale(State(TEMPLATE)).call(ToolCall(id="c", name="weigh", arguments=f'{{"grams": {grams}}}'))
        assert seen.error == "invalid_arguments", grams


def test_who_overrides_a_tool_last_in_python_s_order_has_it() -> None:
    class Old(Toolbox):
        @tool(effect="read")
        def who(self) -> str:
            """Say who."""
            return "old"

    class New(Old):
        @tool(effect="read")
        def who(self) -> str:
            """Say who."""
            return "new"

    class Plain(Old): ...

    class Both(Plain, New): ...

    assert Both(State(TEMPLATE)).who() == Both(State(TEMPLATE)).call(ToolCall(id="c", name="who", arguments="{}")).text


@pytest.mark.parametrize(("text", "arguments"), [("", {}), ("{}", {}), ('{"jar": [1, null]}', {"jar": [1, None]})])
def test_arguments_are_a_json_object_or_nothing(text: str, arguments: JsonObject) -> None:
    assert parsed_object(text) == arguments


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "the arguments are not JSON: "),
        ("jar=j1", "the arguments are not JSON: "),
        ('{"jar": NaN}', "the arguments are not JSON: "),
        ('{"jar": "\ud800"}', "the arguments are not JSON: "),
        ('["j1"]', "the arguments must be a JSON object"),
        ("null", "the arguments must be a JSON object"),
        ("[" * 100_000, "the arguments are not JSON: "),
    ],
)
def test_other_arguments_are_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(BadArguments, match=words) as refused:
        parsed_object(text)
    assert refused.value.code == "invalid_arguments"
