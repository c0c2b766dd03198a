"""Ids of tool calls: results are told apart by them."""

import pytest

from wardian.base.frozen import JsonObject, JsonValue
from wardian.models.tool_calls import call_id, read_tool_calls

CALLS = 1_000


def called(*ids: JsonValue) -> JsonObject:
    return {"tool_calls": [{"id": given, "function": {"name": "f", "arguments": "{}"}} for given in ids]}


@pytest.mark.parametrize("given", [None, "", "same"])
def test_as_many_calls_as_anybody_makes_have_ids_of_their_own(given: str | None) -> None:
    calls = read_tool_calls(called(*[given] * CALLS), turn=7)
    assert len({call.id for call in calls}) == CALLS


def test_a_made_id_avoids_those_that_were_given() -> None:
    calls = read_tool_calls(called(call_id(7, 1), None, None), turn=7)
    assert len({call.id for call in calls}) == 3


def test_ids_of_other_turns_are_others() -> None:
    assert len({call_id(turn, index) for turn in range(2_000) for index in (0, 99, 100, 999)}) == 8_000
    assert {len(call_id(turn, 0)) for turn in (0, 65_535)} == {9}
