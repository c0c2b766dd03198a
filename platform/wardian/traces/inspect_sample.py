"""Samples of Inspect's logs: one conversation with its scores.

Reference: "Log Files" in Inspect's documentation; `EvalSample` in inspect_ai.log, log schema 2 (inspect-ai 0.3.285).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from wardian.base.dollars import total_usd
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import FinishReason, Usage
from wardian.traces.transcript import WARDIAN, Transcript, Turn, arguments_object, arguments_text

__all__ = ["inspect_sample", "moment", "sample_summary", "transcript_of_sample"]

STOPS: Final[Mapping[FinishReason | None, str]] = {
    "stop": "stop",
    "tool_calls": "tool_calls",
    "length": "max_tokens",
    "content_filter": "content_filter",
    "refusal": "content_filter",
}
ERRORS: Final[Mapping[str, str]] = {"timeout": "timeout", "invalid_arguments": "parsing", "not_allowed": "permission"}
SUMMARY: Final = ("id", "epoch", "input", "target", "scores", "model_usage", "started_at", "completed_at")
TIMES: Final = ("total_time", "working_time", "uuid", "turn_count")
COUNTS: Final = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cached_tokens": "input_tokens_cache_read",
    "cache_write_tokens": "input_tokens_cache_write",
    "reasoning_tokens": "reasoning_tokens",
}


def inspect_sample(transcript: Transcript) -> dict[str, Any]:
    """The conversation as a sample; its id is the task, its epoch the repetition."""
    about, messages = transcript.about, [_message(turn) for turn in transcript.turns]
    if transcript.prompt:
        messages.insert(0, {"role": "system", "content": transcript.prompt})
    first = next((turn.message.content for turn in transcript.turns if turn.message.role == "user"), "")
    wall_s, wait_s = _number(about.get("wall_s")), _number(about.get("wait_s"))
    started = _number(about.get("started_at"))
    return {
        "id": transcript.task or transcript.id,
        "epoch": int(_number(about.get("repeat"))) + 1,
        "input": first,
        "target": "",
        "messages": messages,
        "output": _output(transcript.turns),
        "scores": dict(_scores(transcript)),
        "metadata": {**about, WARDIAN: transcript.notes},
        "model_usage": _model_usage(transcript.turns),
        "started_at": moment(started),
        "completed_at": moment(started + wall_s),
        "total_time": wall_s,
        "working_time": max(0.0, wall_s - wait_s),
        "uuid": transcript.id,
        "turn_count": sum(turn.asked and turn.message.role == "assistant" for turn in transcript.turns),
    }


def sample_summary(sample: Mapping[str, Any]) -> dict[str, Any]:
    """What of a sample is read without the rest of it."""
    summary = {key: sample[key] for key in (*SUMMARY, *TIMES)}
    metadata = {key: value for key, value in sample["metadata"].items() if key != WARDIAN}
    return summary | {"metadata": metadata, "completed": True, "message_count": len(sample["messages"])}


def _scores(transcript: Transcript) -> Iterator[tuple[str, dict[str, Any]]]:
    for metric, value in transcript.scores.items():
        why = transcript.explanations.get(metric)
        yield metric, {"value": value, "explanation": why} if why else {"value": value}


def _model_usage(turns: Iterable[Turn]) -> dict[str, dict[str, Any]]:
    """Tokens by model, and US dollars where every answer's price is known."""
    total: dict[str, dict[str, Any]] = {}
    costs: dict[str, list[float | None]] = {}
    for turn in turns:
        if turn.usage is not None and turn.message.role == "assistant":
            costs.setdefault(turn.model or "unknown", []).append(turn.cost_usd)
            counts = total.setdefault(turn.model or "unknown", dict.fromkeys((*COUNTS.values(), "total_tokens"), 0))
            for ours, theirs in COUNTS.items():
                counts[theirs] += getattr(turn.usage, ours)
            counts["total_tokens"] += turn.usage.total
    return {model: counts | {"total_cost": total_usd(costs[model])} for model, counts in total.items()}


def moment(seconds: float) -> str:
    """Seconds since the epoch as Inspect writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def transcript_of_sample(sample: Mapping[str, Any]) -> Transcript:
    """The conversation of a sample; the scores are what Inspect's scorers gave it."""
    metadata = sample.get("metadata") or {}
    turns = [_turn(message) for message in sample.get("messages") or ()]
    name = f"{sample.get('id')}_epoch_{sample.get('epoch')}"
    read = Transcript.of(str(sample.get("uuid") or name), turns, metadata.get(WARDIAN), str(sample.get("id")))
    if read.own:
        return read
    turns = _with_usage(turns, sample)
    values = {name: score.get("value") for name, score in (sample.get("scores") or {}).items()}
    scores = {name: float(value) for name, value in values.items() if isinstance(value, int | float)}
    return read.model_copy(update={"scores": scores, "turns": tuple(turns)})


def _with_usage(turns: Sequence[Turn], sample: Mapping[str, Any]) -> list[Turn]:
    """A sample says what all of its model calls took together: that is noted of the last one."""
    usages = list((sample.get("model_usage") or {}).values())
    asked = [place for place, turn in enumerate(turns) if turn.message.role == "assistant"]
    if not usages or not asked:
        return list(turns)
    counts = {ours: sum(usage.get(theirs) or 0 for usage in usages) for ours, theirs in COUNTS.items()}
    took = dict.fromkeys(asked, Usage()) | {asked[-1]: Usage(**counts)}
    return [turn.model_copy(update={"usage": took.get(place)}) for place, turn in enumerate(turns)]


def _message(turn: Turn) -> dict[str, Any]:
    message = turn.message
    told: dict[str, Any] = {"role": message.role, "content": message.content}
    if notes := turn.notes:
        told["metadata"] = {WARDIAN: notes}
    if message.role == "assistant":
        told |= _assistant(turn)
    if message.role == "tool":
        told["tool_call_id"] = message.tool_call_id
    if turn.error:
        told["error"] = {"type": ERRORS.get(turn.error, "unknown"), "message": turn.error}
    return told


def _assistant(turn: Turn) -> dict[str, Any]:
    message = turn.message
    told: dict[str, Any] = {"tool_calls": [_called(call) for call in message.tool_calls]} if message.tool_calls else {}
    if turn.model:
        told |= {"model": turn.model, "source": "generate"}
    if message.reasoning is not None:
        text = [{"type": "text", "text": message.content}] if message.content else []
        told["content"] = [{"type": "reasoning", "reasoning": message.reasoning}, *text]
    return told


def _called(call: ToolCall) -> dict[str, Any]:
    told = {"id": call.id, "function": call.name, "arguments": arguments_object(call), "type": "function"}
    return told if call.sendable == call.arguments else {**told, "parse_error": call.arguments}


def _output(turns: Sequence[Turn]) -> dict[str, Any]:
    last = next((turn for turn in reversed(turns) if turn.message.role == "assistant"), None)
    if last is None:
        return {}
    choice = {"message": _message(last), "stop_reason": STOPS.get(last.finish, "unknown")}
    return {"model": last.model, "choices": [choice], "completion": last.message.content}


def _turn(message: Mapping[str, Any]) -> Turn:
    content, role = message.get("content"), message["role"]
    parts = content if isinstance(content, list) else [{"type": "text", "text": content or ""}]
    reasoning = [str(part.get("reasoning") or "") for part in parts if part.get("type") == "reasoning"]
    text = "".join(str(part.get("text") or "") for part in parts if part.get("type") == "text")
    key = message.get("tool_call_id") if role == "tool" else None
    told = Message(
        role=role,
        content=text,
        tool_calls=tuple(_call(each) for each in message.get("tool_calls") or ()),
        tool_call_id=None if role != "tool" else str(key),
        reasoning="".join(reasoning) if reasoning else None,
    )
    error = message.get("error") or {}
    failed = (error.get("message") or error.get("type")) if role == "tool" else None
    turn = Turn(message=told, model=str(message.get("model") or ""), error=failed)
    return turn.noted((message.get("metadata") or {}).get(WARDIAN))


def _call(call: Mapping[str, Any]) -> ToolCall:
    raw = call.get("parse_error")
    given = call.get("arguments") or {}
    arguments = raw if raw is not None and set(given) == {"malformed"} else arguments_text(given)
    return ToolCall(id=str(call["id"]), name=str(call["function"]), arguments=arguments)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
