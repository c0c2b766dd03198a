"""Two turns are the same action when the tools' schemas read the same calls from them."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.fusion.agreement import Agreement
from wardian.fusion.arguments import ArgumentSchema
from wardian.specs.fusion.agree import NormalizedAgree, ToolActionAgree

PROPERTIES: dict[str, Any] = {
    "order": {"type": "string"},
    "count": {"type": "integer", "default": 1},
    "price": {"type": "number"},
    "gift": {"type": "boolean"},
    "size": {"enum": ["S", "M"]},
    "note": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    "tag": {"type": ["string", "null"], "default": None},
    "address": {"$ref": "#/$defs/Address"},
    "items": {"type": "array", "items": {"type": "integer"}},
    "code": {"type": "string", "pattern": "^(a+)+$"},
}
ADDRESS = {
    "type": "object",
    "properties": {"zip": {"type": "string"}, "country": {"type": "string", "default": "DE"}},
    "required": ["zip"],
}
BUY = ToolSchema(
    name="buy",
    description="",
    parameters={
        "type": "object",
        "properties": PROPERTIES,
        "additionalProperties": False,
        "$defs": {"Address": ADDRESS},
    },
)
FREE = ToolSchema(name="free", description="", parameters={"type": "object"})


def turn(*calls: tuple[str, str]) -> Message:
    made = [ToolCall(id=f"x{place}", name=name, arguments=text) for place, (name, text) in enumerate(calls)]
    return Message(role="assistant", tool_calls=tuple(made))


def key(*calls: tuple[str, str], ignore: tuple[str, ...] = (), tools: tuple[ToolSchema, ...] = (BUY, FREE)) -> str:
    agreement = Agreement(NormalizedAgree(), ToolActionAgree(kind="tool_action", ignore_args=ignore))
    return agreement.key(turn(*calls), Request(model="m", messages=(), tools=tools))


def buy(text: str, **said: Any) -> str:
    return key(("buy", text), **said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"order": "a", "count": 2}', '{ "count":2,"order":"a" }'),
        ('{"order": "a"}', '{"order": "a", "count": 1, "tag": null}'),
        ('{"count": 2.0}', '{"count": 2}'),
        ('{"count": "2"}', '{"count": 2}'),
        ('{"price": 2}', '{"price": 2.0}'),
        ('{"price": "2.50"}', '{"price": 2.5}'),
        ('{"gift": "true"}', '{"gift": true}'),
        ('{"order": 1001}', '{"order": "1001"}'),
        ('{"order": " caf\u00e9 "}', '{"order": "cafe\u0301"}'),
        ('{"address": {"zip": "1"}}', '{"address": {"zip": "1", "country": "DE"}}'),
        ('{"items": [1.0, "2"]}', '{"items": [1, 2]}'),
        ('{"price": 1e20}', '{"price": 100000000000000000000}'),
        ('{"count": "123456789012345678901"}', '{"count": 123456789012345678901}'),
        ("{}", ""),
    ],
)
def test_calls_are_the_same_when_the_schema_reads_the_same(one: str, other: str) -> None:
    assert buy(one) == buy(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"order": "01"}', '{"order": "1"}'),
        ('{"note": "1"}', '{"note": 1}'),
        ('{"gift": true}', '{"gift": false}'),
        ('{"price": 2}', '{"price": 2.01}'),
        ('{"items": [1, 2]}', '{"items": [2, 1]}'),
        ('{"order": "a"}', '{"order": "A"}'),
        ('{"count": 123456789012345678901}', '{"count": 123456789012345678902}'),
    ],
)
def test_calls_that_may_differ_do_differ(one: str, other: str) -> None:
    assert buy(one) != buy(other)
    assert "" not in (buy(one), buy(other))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        '"{}"',
        '{"unknown": 1}',
        '{"count": true}',
        '{"gift": 1}',
        '{"count": 1.5}',
        '{"size": "L"}',
        '{"address": {}}',
        '{"price": NaN}',
        '{"price": "nan"}',
        '{"count": "1e999999999"}',
        '{"order": "\\ud800"}',
    ],
)
def test_what_the_schema_does_not_take_equals_nothing(text: str) -> None:
    assert buy(text) == ""


def test_true_is_no_number_where_the_schema_says_nothing() -> None:
    keys = {key(("free", text)) for text in ('{"x": true}', '{"x": 1}', '{"x": "1"}')}
    assert len(keys) == 3


def test_one_number_has_one_form_where_the_schema_says_nothing() -> None:
    assert key(("free", '{"x": [1]}')) == key(("free", '{"x": [1.0]}')) != ""


INTEGER = {"type": "integer", "default": 3}
BESIDE = {"properties": {"a": INTEGER, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}


@pytest.mark.parametrize(
    ("parameters", "one", "other"),
    [
        (BESIDE, '{"a": "5"}', '{"a": 5}'),
        (BESIDE, '{"b": 1}', '{"b": 1, "a": 3}'),
        ({"allOf": [{"properties": {"a": INTEGER}}, {"properties": {"b": {}}}]}, '{"b": "x"}', '{"b": "x", "a": "3"}'),
        ({"$defs": {"A": INTEGER}, "properties": {"a": {"$ref": "#/$defs/A"}}}, "{}", '{"a": 3}'),
        ({"properties": {"a": {"allOf": [{"type": "number"}, INTEGER]}}}, '{"a": "3"}', "{}"),
        ({"$defs": {"A": INTEGER}, "properties": {"a": {"$ref": "#/$defs/A", "default": 4}}}, "{}", '{"a": "4"}'),
        (
            {"properties": {"a": {"anyOf": [{"minimum": 4}, {"maximum": 3}], "type": "integer"}}},
            '{"a": "5"}',
            '{"a": 5}',
        ),
    ],
)
def test_all_that_a_schema_says_of_a_value_counts(parameters: Any, one: str, other: str) -> None:
    tools = (ToolSchema(name="own", description="", parameters={"type": "object", **parameters}),)
    assert key(("own", one), tools=tools) == key(("own", other), tools=tools) != ""


def test_numbers_of_any_length_stay_different_where_the_schema_says_nothing() -> None:
    ids = {key(("free", text)) for text in ('{"x": 123456789012345678901}', '{"x": 123456789012345678902}')}
    assert len(ids - {""}) == 2


def test_a_name_must_be_exact_and_one_of_the_tools() -> None:
    assert key(("Buy", "{}")) == key(("sell", "{}")) == key(("buy", "{}"), tools=()) == ""


def test_calls_of_one_turn_are_a_multiset() -> None:
    one, two = ("buy", '{"order": "a"}'), ("free", "{}")
    assert key(one, two) == key(two, one)
    assert key(one, one) != key(one)
    assert key(one, ("buy", "{")) == ""


def test_arguments_that_make_no_difference_are_left_out() -> None:
    one, other = '{"order": "a", "note": "so"}', '{"order": "a", "note": "thus"}'
    assert buy(one) != buy(other)
    assert buy(one, ignore=("note",)) == buy(other, ignore=("note",)) == buy(one, ignore=("buy.note", "free.order"))
    assert buy(one, ignore=("free.note",)) != buy(other, ignore=("free.note",))


def test_a_turn_with_calls_never_equals_a_text() -> None:
    agreement = Agreement(NormalizedAgree(), ToolActionAgree(kind="tool_action"))
    request = Request(model="m", messages=(), tools=(FREE,))
    assert agreement.key(Message(role="assistant", content=""), request) != agreement.key(turn(("free", "")), request)


def test_a_pattern_takes_no_time_whoever_wrote_it() -> None:
    assert buy('{"code": "' + "a" * 5_000 + '!"}') == ""
    assert buy('{"code": "aaa"}') != ""


@pytest.mark.parametrize("inside", [False, True])
def test_a_pattern_takes_no_time_in_any_dialect(inside: bool) -> None:
    dialect = {"$schema": "http://json-schema.org/draft-07/schema#"}
    code = {"type": "string", "pattern": "^(a+)+$", **(dialect if inside else {})}
    tool = ToolSchema(name="old", description="", parameters={"properties": {"code": code}, **dialect})
    began = time.perf_counter()
    assert key(("old", '{"code": "' + "a" * 26 + '!"}'), tools=(tool,)) == ""
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "parameters",
    [
        {"type": 3},
        {"$ref": "https://example.invalid/schema.json"},
        {"$ref": "#/nowhere"},
        {"$ref": "#"},
        {"properties": {"x": {"$ref": "#/properties/x"}}},
        {"x-own": {"type": "foo"}, "properties": {"x": {"$ref": "#/x-own"}}},
        {"x-own": {"properties": [1]}, "properties": {"x": {"$ref": "#/x-own"}}},
        {"x-own": {"anyOf": 5}, "properties": {"x": {"$ref": "#/x-own"}}},
    ],
    ids=str,
)
def test_a_schema_that_is_none_breaks_nothing_and_nothing_is_fetched_for_it(parameters: Any) -> None:
    tool = ToolSchema(name="odd", description="", parameters=parameters)
    turns = turn(("odd", '{"x": 1}')), turn(("odd", '{"x": {"y": 1}}'))
    request = Request(model="m", messages=(), tools=(tool,))
    agreement = Agreement(NormalizedAgree(), ToolActionAgree(kind="tool_action"))
    assert all(isinstance(agreement.key(each, request), str) for each in turns)
    assert all(isinstance(agreement.actions.literal(each, request), bool) for each in turns)


def test_deep_arguments_break_nothing() -> None:
    assert key(("free", '{"x": ' + "[" * 900 + "]" * 900 + "}")) == ""


def nested(alternatives: str, other: object) -> ToolSchema:
    """A tool whose `x` is an object with an `x`, or something else."""
    again = {"type": "object", "properties": {"x": {"$ref": "#/$defs/n"}}, "required": ["x"]}
    parameters = {"$defs": {"n": {alternatives: [other, again]}}, "properties": {"x": {"$ref": "#/$defs/n"}}}
    return ToolSchema(name="nested", description="", parameters=parameters)


def deep(value: str, depth: int = 20) -> tuple[str, str]:
    return "nested", '{"x":' * depth + value + "}" * depth


@pytest.mark.parametrize("alternatives", ["anyOf", "oneOf"])
def test_alternatives_within_alternatives_are_read_once_each(alternatives: str) -> None:
    tools = (nested(alternatives, {"type": "integer"}),)
    began = time.perf_counter()
    assert key(deep('"5"'), tools=tools) == key(deep("5"), tools=tools) != ""
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("alternatives", ["anyOf", "oneOf"])
def test_what_takes_more_work_than_it_is_worth_is_no_action(alternatives: str) -> None:
    tools = (nested(alternatives, {"type": "object", "properties": {"x": {"$ref": "#/$defs/n"}}}),)
    began = time.perf_counter()
    assert key(deep('"5"'), tools=tools) == ""
    assert time.perf_counter() - began < 5


def test_many_arguments_are_worth_more_work() -> None:
    parameters = {"$defs": {"n": {"type": "integer"}}, "properties": {"x": {"items": {"$ref": "#/$defs/n"}}}}
    tool = ToolSchema(name="many", description="", parameters=parameters)
    assert key(("many", '{"x": [' + ",".join(["1"] * 2_000) + "]}"), tools=(tool,)) != ""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(PROPERTIES)), inner, max_size=3),
    max_leaves=8,
)


@given(arguments=st.dictionaries(st.sampled_from([*PROPERTIES, "other"]), VALUES, max_size=4))
def test_reading_never_breaks_and_reads_its_own_form_as_the_same(arguments: dict[str, Any]) -> None:
    schema = ArgumentSchema(BUY.parameters)
    read = schema.read(arguments)
    assert read is None or schema.read(read) == read
