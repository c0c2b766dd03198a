"""Transcripts of all kinds, for properties; and a comparison that forgives how JSON was spelt."""

import orjson
from hypothesis import strategies as st

from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.base.usage import Usage
from wardian.traces.transcript import Transcript, Turn

__all__ = ["respelt", "transcripts"]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.sampled_from(["get_order", "pay", "look-up"])
NUMBERS = st.integers(0, 10**6)
OBJECTS = st.dictionaries(TEXTS, st.one_of(st.integers(-(2**53), 2**53), TEXTS, st.booleans(), st.none()), max_size=3)
ARGUMENTS = st.one_of(OBJECTS.map(lambda value: orjson.dumps(value).decode()), TEXTS)
USAGES = st.builds(
    Usage,
    input_tokens=NUMBERS,
    output_tokens=NUMBERS,
    cached_tokens=NUMBERS,
    cache_write_tokens=NUMBERS,
    reasoning_tokens=NUMBERS,
    estimated=st.booleans(),
)
COSTS = st.one_of(st.none(), st.floats(0, 100))
SAID = st.builds(
    Turn, message=st.builds(Message, role=st.sampled_from(["system", "user"]), content=TEXTS), cost_usd=COSTS
)


@st.composite
def _answer(draw: st.DrawFn) -> list[Turn]:
    """An answer of a model, or of nobody, with the results of its calls, of which the last may be missing."""
    calls = [ToolCall(id=f"c{n}", name=draw(NAMES), arguments=draw(ARGUMENTS)) for n in range(draw(st.integers(0, 3)))]
    asked = draw(st.booleans())
    message = Message(
        role="assistant",
        content=draw(TEXTS),
        tool_calls=tuple(calls),
        reasoning=draw(st.one_of(st.none(), TEXTS)) if asked else None,
    )
    known = (
        {"usage": draw(st.one_of(st.none(), USAGES)), "cost_usd": draw(COSTS), "model": draw(NAMES)} if asked else {}
    )
    finish = draw(st.sampled_from([None, "stop", "length", "refusal"]))
    answered = calls if draw(st.booleans()) else calls[:-1]
    return [Turn(message=message, asked=asked, finish=finish, **known), *(draw(_result(call)) for call in answered)]


def _result(call: ToolCall) -> st.SearchStrategy[Turn]:
    message = st.builds(Message, role=st.just("tool"), content=TEXTS, tool_call_id=st.just(call.id))
    return st.builds(
        Turn,
        message=message,
        error=st.sampled_from([None, "", "not_found", "invalid_address"]),
        changed=st.sampled_from([None, True, False]),
        state=st.sampled_from([None, "", "ab12"]),
        fault=st.sampled_from([None, "timeout"]),
    )


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """What Wardian may write, and more."""
    parts = draw(st.lists(st.one_of(SAID.map(lambda turn: [turn]), _answer()), max_size=5))
    return Transcript(
        id=draw(st.sampled_from(["k1", "äöü", "0123abcd"])),
        turns=(Turn(message=Message(role="user", content=draw(TEXTS))), *(turn for part in parts for turn in part)),
        prompt=draw(TEXTS),
        task=draw(st.one_of(st.none(), st.just("return-1"))),
        about={"arm": draw(NAMES), "seed": draw(NUMBERS), "repeat": 0, "started_at": 1.5, "wall_s": 2.0},
        scores={"success": 1.0, "score": draw(st.floats(0, 1))},
        tools=(ToolSchema(name="pay", description="Pay.", parameters={"type": "object"}),),
        own=True,
    )


def respelt(transcript: Transcript) -> Transcript:
    """The same with JSON arguments spelt in one way, and without the tools, which nobody reads again."""
    turns = tuple(
        turn.model_copy(
            update={
                "message": turn.message.model_copy(
                    update={"tool_calls": tuple(_respelt(call) for call in turn.message.tool_calls)}
                )
            }
        )
        for turn in transcript.turns
    )
    return transcript.model_copy(update={"turns": turns, "tools": ()})


def _respelt(call: ToolCall) -> ToolCall:
    if call.sendable != call.arguments:
        return call
    return call.model_copy(update={"arguments": orjson.dumps(orjson.loads(call.arguments)).decode()})
