"""Writes `envs/openapi_demo/traces`: conversations with a parcel service, as three systems would record them.

The "production" is the pack itself, played by reference solutions and by an agent that makes mistakes, with one
difference: it gives new records ids of its own. Usage: `python benchmarks/openapi_demo_traces.py [FOLDER]`.
"""

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wardian.base.messages import Message, ToolCall
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack
from wardian.environments.packs import bundled_roots, load_pack
from wardian.specs.environments import EnvironmentSpec

PACK = "openapi_demo"
FOLDER = Path(__file__).resolve().parents[1] / "envs" / PACK / "traces"
LAST = {"C": 124, "P": 124, "U": 124}
"""The largest numbers of ids that are there in the beginning; a higher one is new."""
START_NS = 1_772_442_000_000_000_000
STEP_NS = 250_000_000
TOOL_ERROR = 2
KEY = "authorization"


@dataclass(frozen=True)
class Call:
    """A call with what came back."""

    call: ToolCall
    observation: Observation


@dataclass(frozen=True)
class Conversation:
    """What happened in one task."""

    task: str
    user: str
    calls: tuple[Call, ...]
    last: str


def conversations(pack: Pack) -> list[Conversation]:
    """One for each template of tasks, and one with mistakes."""
    firsts = {card.template: card.id for card in reversed(pack.tasks())}
    played = [asyncio.run(_played(pack, task, pack.reference(task))) for task in sorted(firsts.values())]
    return [*played, asyncio.run(_played(pack, firsts["read_parcel"], _mistakes(pack, firsts["read_parcel"])))]


async def _played(pack: Pack, task: str, script: Sequence[Message]) -> Conversation:
    world = pack.environment(task)
    opening = await world.open(0)
    calls = [Call(call, await world.call(call)) for message in script for call in message.tool_calls]
    world.close()
    last = next((message.content for message in reversed(script) if message.content), "")
    return Conversation(task, opening[-1].content, tuple(calls), last)


def _mistakes(pack: Pack, task: str) -> list[Message]:
    """Calls that fail in every way that the service knows, and a retry under one key."""
    (known,) = (call for message in pack.reference(task) for call in message.tool_calls)
    credential = json.loads(known.arguments)[KEY]
    pickup = {"customerId": "C-104", "day": "2026-03-02", "slot": "morning", "place": "Porto"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get_parcel", {"parcelId": "P-101", KEY: "Bearer of nothing"}),
        ("get_parcel", {"parcelId": "P-999", KEY: credential}),
        ("list_parcels", {"limit": 0, KEY: credential}),
        ("cancel_parcel", {"parcelId": "P-103", KEY: credential}),
        ("create_pickup", {**pickup, "slot": "night", KEY: credential}),
        ("create_pickup", {**pickup, "idempotency_key": "r-1", KEY: credential}),
        ("get_pickup", {"pickupId": "U-125", KEY: credential}),
        ("wait", {"seconds": 60}),
        ("create_pickup", {**pickup, "idempotency_key": "r-1", KEY: credential}),
        ("get_pickup", {"pickupId": "U-125", KEY: credential}),
        ("create_pickup", {**pickup, "place": "Bari", "idempotency_key": "r-1", KEY: credential}),
    ]
    made = [ToolCall(id=f"call_m{n}", name=name, arguments=json.dumps(given)) for n, (name, given) in enumerate(calls)]
    return [Message(role="assistant", tool_calls=(call,)) for call in made]


def theirs(text: str) -> str:
    """With the ids that production would have given to what is new."""
    return re.sub(r"\b([CPU])-(\d+)\b", lambda found: _own(found[1], int(found[2]), found[0]), text)


def _own(kind: str, number: int, known: str) -> str:
    return f"{kind}-{number * 7 + 4000}" if LAST[kind] < number < LAST[kind] + 10 else known


def chat(talk: Conversation) -> dict[str, Any]:
    """As chat messages."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": talk.user}]
    for each in talk.calls:
        function = {"name": each.call.name, "arguments": theirs(each.call.arguments)}
        call = {"id": each.call.id, "type": "function", "function": function}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": each.call.id, "content": theirs(each.observation.text)})
    messages.append({"role": "assistant", "content": theirs(talk.last)})
    return {"id": f"chat-{talk.task}-{len(talk.calls)}", "metadata": {"task": talk.task}, "messages": messages}


def export(talk: Conversation, number: int) -> dict[str, Any]:
    """As an export request of OpenTelemetry, in JSON."""
    spans: list[dict[str, Any]] = []
    for place, each in enumerate(talk.calls):
        known = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.conversation.id": f"otel-{number}",
            "gen_ai.tool.name": each.call.name,
            "gen_ai.tool.call.id": each.call.id,
            "gen_ai.tool.call.arguments": theirs(each.call.arguments),
            "gen_ai.tool.call.result": theirs(each.observation.text),
            "wardian.task": talk.task,
            **({} if each.observation.error is None else {"error.type": each.observation.error}),
        }
        start = START_NS + place * STEP_NS
        spans.append(
            {
                "traceId": f"{number:032x}",
                "spanId": f"{number * 1000 + place:016x}",
                "name": f"execute_tool {each.call.name}",
                "startTimeUnixNano": str(start),
                "endTimeUnixNano": str(start + STEP_NS // 2),
                "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in known.items()],
                "status": {} if each.observation.error is None else {"code": TOOL_ERROR},
            }
        )
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "parcels"}, "spans": spans}]}]}


def mlflow_trace(talk: Conversation, number: int) -> dict[str, Any]:
    """As MLflow keeps a trace."""
    spans: list[dict[str, Any]] = []
    for place, each in enumerate(talk.calls):
        failed = each.observation.error is not None
        attributes = {"mlflow.spanType": "TOOL", "mlflow.spanFunctionName": each.call.name}
        known: dict[str, Any] = {**attributes, "mlflow.spanInputs": json.loads(theirs(each.call.arguments))}
        known["mlflow.spanOutputs"] = json.loads(theirs(each.observation.text))
        start = START_NS + place * STEP_NS
        spans.append(
            {
                "trace_id": f"{number:032x}",
                "span_id": f"{number * 1000 + place:016x}",
                "parent_span_id": None,
                "name": each.call.name,
                "start_time_unix_nano": start,
                "end_time_unix_nano": start + STEP_NS // 2,
                "events": [],
                "status": {"code": "STATUS_CODE_ERROR" if failed else "STATUS_CODE_OK", "message": ""},
                "attributes": {key: json.dumps(value) for key, value in known.items()},
            }
        )
    info = {"trace_id": f"tr-{number}", "request_preview": talk.user, "response_preview": theirs(talk.last)}
    notes = {"trace_metadata": {"mlflow.trace.session": f"mlflow-{number}"}, "tags": {"task": talk.task}}
    return {"info": {**info, **notes}, "data": {"spans": spans}}


def files(pack: Pack) -> dict[str, str]:
    """The files by name."""
    talks = conversations(pack)
    lines = {
        "openai.jsonl": [chat(talk) for talk in talks],
        "otel.jsonl": [export(talk, number) for number, talk in enumerate(talks, 1)],
        "mlflow.jsonl": [mlflow_trace(talk, number) for number, talk in enumerate(talks, 1)],
    }
    return {name: "".join(f"{json.dumps(each)}\n" for each in found) for name, found in lines.items()}


def main(folder: Path) -> None:
    """Write them."""
    folder.mkdir(exist_ok=True)
    for name, text in files(load_pack(EnvironmentSpec(pack=PACK), bundled_roots())).items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
