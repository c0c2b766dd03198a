"""Whatever a judge says, in whatever mode, there is an answer and no error."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.judges import ASKED, Member, Said, ScriptedJudge, in_turn
from support.panels import fusion_of

from wardian.base.errors import ModelError
from wardian.base.fused import FusionResult
from wardian.base.messages import Message, Request, ResponseSchema, ToolCall

SHAPED = ASKED.model_copy(update={"response_schema": ResponseSchema(name="n", json_schema={"type": "object"})})
JUDGED: tuple[dict[str, Any], ...] = (
    {"mode": "best_of"},
    {"mode": "merge", "analysis": "separate", "guard": True},
    {"mode": "merge", "analysis": "inline"},
    {"mode": "debate"},
    {"mode": "analysis"},
)
KEYS = (
    "ranking",
    "confidence",
    "none_acceptable",
    "consensus",
    "contradictions",
    "unique_insights",
    "answer",
    "changed",
    "model",
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from("ABCZ")
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(KEYS), values, max_size=5).map(json.dumps)
PIECES = ('{"ranking": ["', "A", "B", '"]}', "```json", "\n", *'{}[]"\\,:>', "best ", "\\ud800")
garbled = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=20).map("".join)
broken = st.tuples(objects, st.integers(0, 200), st.text(max_size=3)).map(
    lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :]
)
errors = st.sampled_from([ModelError(kind, kind) for kind in ("bad_request", "timeout", "rate_limited", "overloaded")])
calls = (objects | garbled).map(
    lambda text: Message(role="assistant", tool_calls=(ToolCall(id="c", name="verdict", arguments=text),))
)
says = st.lists(objects | garbled | broken | calls | errors | st.text(max_size=200), min_size=1, max_size=5)


def in_circles(said: list[Said]) -> Any:
    turn = iter(range(10_000))
    return lambda candidates: said[next(turn) % len(said)]


@pytest.mark.parametrize("said", JUDGED, ids=lambda said: "-".join(map(str, said.values())))
@settings(max_examples=40, deadline=None)
@given(answers=says, shaped=st.booleans())
async def test_nothing_that_a_judge_says_is_an_error(said: dict[str, Any], answers: list[Said], shaped: bool) -> None:
    result = await fused(said, ScriptedJudge(in_circles(answers)), SHAPED if shaped else ASKED)
    assert result.decision is not None
    if result.decision.by in ("medoid", "prior", "vote"):
        assert result.status == "degraded" or result.decision.order_conflict or result.mode_executed == "debate"


async def fused(said: Mapping[str, Any], judge: ScriptedJudge, request: Request) -> FusionResult:
    members = [Member("a", '{"three": 3}'), Member("b", '{"four": 4}'), Member("c", '{"five": 5}')]
    completion = await fusion_of("fusion/f", members, judge, judge="judge", **said).complete(request)
    assert completion.message.role == "assistant"
    assert completion.message.content.strip()
    assert completion.fusion is not None
    assert FusionResult.model_validate_json(completion.fusion.model_dump_json()) == completion.fusion
    return completion.fusion


HARD = {
    "nested": "{" * 200_000,
    "lists": "[" * 200_000,
    "keys": '{"a":' * 50_000,
    "quotes": '{"' * 50_000,
    "dots": "." * 200_000 + "A",
    "labels": "A > " * 50_000,
    "best": "best is " * 50_000,
    "fences": "```" * 50_000,
    "spaces": "best" + " " * 200_000 + "B",
    "parentheses": "{" + "(" * 7_000,
    "backslashes": '{"ranking": "' + "\\" * 200_000,
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
async def test_no_text_holds_the_judge_up(text: str) -> None:
    began = time.perf_counter()
    await fused({"mode": "best_of"}, ScriptedJudge(in_turn(text)), ASKED)
    assert time.perf_counter() - began < 20  # a loose bound: quadratic time would take hours


@pytest.mark.parametrize("said", JUDGED, ids=lambda said: "-".join(map(str, said.values())))
async def test_a_judge_of_garbage_only_leaves_an_answer_that_says_so(said: dict[str, Any]) -> None:
    result = await fused(said, ScriptedJudge(in_turn("\x00 lorem ipsum {")), SHAPED)
    assert result.status == "degraded" or said["mode"] == "merge"
