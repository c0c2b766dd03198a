"""Whatever a provider or a model says becomes a value or a typed error."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.reply_fuzz import Case, ReplyFuzz

from wardian.models.error_codes import status_in
from wardian.models.lenient import as_text, clean, parse
from wardian.models.reply import Unreadable, reply_in, root_of
from wardian.models.text_calls import read_calls

ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def shaped(*keys: str) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, ANY))


FUNCTION = shaped("name", "arguments") | ANY
CALL = st.fixed_dictionaries({}, optional={"id": ANY, "type": ANY, "function": FUNCTION}) | ANY
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "content": ANY,
        "refusal": ANY,
        "reasoning": ANY,
        "tool_calls": st.lists(CALL, max_size=3) | ANY,
        "function_call": FUNCTION,
    },
)
CHOICE = st.fixed_dictionaries({"message": MESSAGE | ANY}, optional={"finish_reason": ANY, "error": ANY}) | ANY
USAGE = shaped("prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details", "cost") | ANY
REPLY = st.fixed_dictionaries(
    {"choices": st.lists(CHOICE, max_size=2) | ANY},
    optional={"usage": USAGE, "error": ANY},
)


def read(body: bytes) -> None:
    try:
        reply = reply_in(root_of(body), turn=1, prompt_tokens=1)
    except Unreadable:
        return
    orjson.loads(reply.model_dump_json())
    orjson.loads(reply.message.wire)


@settings(max_examples=600, deadline=None)
@given(REPLY)
def test_any_json(reply: object) -> None:
    read(orjson.dumps(reply))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    read(body)


@settings(max_examples=300, deadline=None)
@given(REPLY, st.data())
def test_damaged_json(reply: object, data: st.DataObject) -> None:
    body = bytearray(orjson.dumps(reply))
    for _ in range(3):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(body))


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<tool_call>",
                "</tool_call>",
                "```json\n",
                "```",
                '{"name":"f","arguments":',
                "{",
                "}",
                "[",
                "]",
                '"',
                "\n",
                "a",
            ]
        )
    )
)
def test_any_text_of_a_model(parts: list[str]) -> None:
    text = "".join(parts)
    said, calls = read_calls(text, 1)
    assert bool(calls) or said == text
    assert len({call.id for call in calls}) == len(calls)


@given(st.text(st.characters()))
def test_clean_text_can_be_stored(text: str) -> None:
    assert "\0" not in clean(text)
    clean(text).encode()


def test_deep_values_are_no_crash() -> None:
    deep = (
        b'{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":'
        + b"[" * 1000
        + b"]" * 1000
        + b"}}]}}]}"
    )
    read(deep)
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    assert as_text(value) == "\ufffd"  # type: ignore[arg-type]  # list[object] stands for any JSON


async def test_damaged_replies_of_every_dialect() -> None:
    """The beginning of `benchmarks/fuzz_replies.py`."""
    fuzz = ReplyFuzz()
    for number in range(1_500):
        await fuzz.play(Case.of(0, number))
    assert fuzz.outcomes["answer"] > 200
    assert len(fuzz.outcomes) > 8


def test_integers_beyond_all_floats_are_no_crash() -> None:
    huge = b"9" * 400
    assert parse(b'{"cost":' + huge + b"}") == {"cost": float("inf")}
    assert parse(b"[NaN,-5]") == [pytest.approx(float("nan"), nan_ok=True), -5]
    read(b'{"choices":[{"message":{"content":"a"}}],"usage":{"cost":' + huge + b"}}")


def test_error_codes_that_are_nested_too_deeply_are_no_crash() -> None:
    assert status_in({"code": parse(b"[" * 1_000 + b"]" * 1_000), "type": "server_error"}) == 500


def test_calls_inside_calls_are_no_crash() -> None:
    said, calls = read_calls('<tool_call>{"name":"f","function":' + '{"function":' * 900 + "{}" + "}" * 901, 1)
    assert (said, [call.name for call in calls]) == ("", [""])


def test_a_fence_full_of_space_is_read_in_no_time() -> None:
    text = "```json\n" + "\n" * 200_000 + "x"  # a pattern that tries every end would take an hour
    assert read_calls(text, 1) == (text, ())


def test_ids_of_many_calls_differ() -> None:
    entry = {"function": {"name": "f", "arguments": "{}"}}
    body = {"choices": [{"message": {"tool_calls": [{**entry, "id": "c00010003"}, *[entry] * 250]}}]}
    calls = reply_in(root_of(orjson.dumps(body)), turn=1, prompt_tokens=1).message.tool_calls
    assert len({call.id for call in calls}) == 251
