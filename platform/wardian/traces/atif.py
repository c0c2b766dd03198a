"""ATIF, the Agent Trajectory Interchange Format of Harbor and Terminal-Bench: one JSON object a trajectory.

Written is version 1.7; its specification is docs/rfcs/0001-trajectory-format.md in Harbor's repository. All versions
from 1.0 are read. Media in messages is left out, as are steps that are copies of another trajectory's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.traces.trace import as_text
from wardian.traces.transcript import WARDIAN, Transcript, Turn, arguments_object, arguments_text

__all__ = ["VERSION", "atif_trajectory", "is_atif", "transcript_of_atif"]

VERSION: Final = "ATIF-v1.7"
SOURCES: Final = {"system": "system", "user": "user", "assistant": "agent"}


def atif_trajectory(transcript: Transcript) -> bytes:
    """The trajectory as JSON."""
    prompt = (Turn(message=Message(role="system", content=transcript.prompt)),) if transcript.prompt else ()
    steps = [_step(number, told) for number, told in enumerate(_groups((*prompt, *transcript.turns)), 1)]
    about = transcript.about
    agent: dict[str, Any] = {
        "name": str(about.get("arm") or "agent"),
        "version": str(about.get("arm_digest") or "unknown"),
        "model_name": about.get("model") or None,
    }
    if transcript.tools:
        agent["tool_definitions"] = [orjson.loads(tool.wire) for tool in transcript.tools]
    return orjson.dumps(
        _known(
            schema_version=VERSION,
            session_id=about.get("run"),
            trajectory_id=transcript.id,
            agent=_known(**agent),
            steps=steps,
            final_metrics=_totals(transcript.turns, len(steps)),
            extra={WARDIAN: transcript.notes},
        )
    )


def is_atif(document: Any) -> bool:
    """Whether `document` is a trajectory."""
    return isinstance(document, dict) and str(document.get("schema_version")).startswith("ATIF-")


def transcript_of_atif(document: Mapping[str, Any]) -> Transcript:
    """The conversation of a trajectory."""
    turns = [turn for step in document["steps"] for turn in _turns(step)]
    name = document.get("trajectory_id") or document.get("session_id") or ""
    return Transcript.of(str(name), turns, (document.get("extra") or {}).get(WARDIAN))


def _groups(turns: Sequence[Turn]) -> list[list[Turn]]:
    """The messages of each step: an answer goes with the results of its calls."""
    groups: list[list[Turn]] = []
    for turn in turns:
        if turn.message.role == "tool" and groups:
            groups[-1].append(turn)
        else:
            groups.append([turn])
    return groups


def _step(number: int, told: Sequence[Turn]) -> dict[str, Any]:
    turn, results = told[0], told[1:]
    message = turn.message
    step = _known(step_id=number, source=SOURCES.get(message.role, "user"), message=message.content, extra=_notes(turn))
    if results:
        known = {call.id for call in message.tool_calls}
        step["observation"] = {"results": [_result(each, known) for each in results]}
    if message.role != "assistant":
        return step
    calls = [_called(each) for each in message.tool_calls]
    answer: dict[str, Any] = {
        "llm_call_count": int(turn.asked),
        "model_name": turn.model or None,
        "tool_calls": calls or None,
    }
    if turn.asked:
        answer |= {"reasoning_content": message.reasoning, "metrics": _metrics(turn)}
    return step | _known(**answer)


def _called(call: ToolCall) -> dict[str, Any]:
    raw = None if call.sendable == call.arguments else {WARDIAN: {"arguments": call.arguments}}
    return _known(tool_call_id=call.id, function_name=call.name, arguments=arguments_object(call), extra=raw)


def _result(turn: Turn, known: set[str]) -> dict[str, Any]:
    key = turn.message.tool_call_id
    return _known(source_call_id=key if key in known else None, content=turn.message.content, extra=_notes(turn))


def _metrics(turn: Turn) -> dict[str, Any] | None:
    usage = turn.usage
    if usage is None:
        return None if turn.cost_usd is None else {"cost_usd": turn.cost_usd}
    return _known(
        prompt_tokens=usage.input_tokens,
        completion_tokens=usage.output_tokens,
        cached_tokens=usage.cached_tokens,
        cost_usd=turn.cost_usd,
        extra={"reasoning_tokens": usage.reasoning_tokens, "cache_creation_input_tokens": usage.cache_write_tokens},
    )


def _totals(turns: Sequence[Turn], steps: int) -> dict[str, Any]:
    usages = [turn.usage for turn in turns if turn.usage is not None]
    costs = [turn.cost_usd for turn in turns if turn.message.role == "assistant" and turn.asked]
    return _known(
        total_prompt_tokens=sum(usage.input_tokens for usage in usages),
        total_completion_tokens=sum(usage.output_tokens for usage in usages),
        total_cached_tokens=sum(usage.cached_tokens for usage in usages),
        total_cost_usd=None if None in costs else sum(cost or 0.0 for cost in costs),
        total_steps=steps,
    )


def _notes(turn: Turn) -> dict[str, Any] | None:
    return {WARDIAN: turn.notes} if turn.notes else None


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _turns(step: Mapping[str, Any]) -> Iterator[Turn]:
    """The message of a step, and the results in it."""
    source = step.get("source")
    if source == "agent" and step.get("is_copied_context"):
        return
    calls = tuple(_call(each) for each in step.get("tool_calls") or ())
    text = _words(step.get("message"))
    results = (step.get("observation") or {}).get("results") or ()
    if source == "agent":
        message = Message(role="assistant", content=text, tool_calls=calls, reasoning=step.get("reasoning_content"))
        yield _noted(Turn(message=message, asked=step.get("llm_call_count") != 0, **_took(step)), step)
    else:
        yield _noted(Turn(message=Message(role="system" if source == "system" else "user", content=text)), step)
    for place, result in enumerate(results):
        yield _noted(_told(result, calls, place), result)


def _told(result: Mapping[str, Any], calls: Sequence[ToolCall], place: int) -> Turn:
    """A result; one that answers no call is something that the agent is told."""
    key = result.get("source_call_id") or (calls[place].id if place < len(calls) else None)
    content = _words(result.get("content"))
    if key is None:
        return Turn(message=Message(role="user", content=content))
    return Turn(message=Message(role="tool", content=content, tool_call_id=str(key)))


def _noted(turn: Turn, holder: Mapping[str, Any]) -> Turn:
    return turn.noted((holder.get("extra") or {}).get(WARDIAN))


def _took(step: Mapping[str, Any]) -> dict[str, Any]:
    metrics = step.get("metrics") or {}
    known: dict[str, Any] = {"model": str(step.get("model_name") or ""), "cost_usd": metrics.get("cost_usd")}
    if "prompt_tokens" in metrics or "completion_tokens" in metrics:
        extra = metrics.get("extra") or {}
        known["usage"] = Usage(
            input_tokens=metrics.get("prompt_tokens") or 0,
            output_tokens=metrics.get("completion_tokens") or 0,
            cached_tokens=metrics.get("cached_tokens") or 0,
            reasoning_tokens=extra.get("reasoning_tokens") or 0,
            cache_write_tokens=extra.get("cache_creation_input_tokens") or 0,
        )
    return known


def _call(call: Mapping[str, Any]) -> ToolCall:
    raw = (call.get("extra") or {}).get(WARDIAN) or {}
    arguments = raw.get("arguments", call.get("arguments"))
    return ToolCall(id=str(call["tool_call_id"]), name=str(call["function_name"]), arguments=arguments_text(arguments))


def _words(content: Any) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return as_text(content)
