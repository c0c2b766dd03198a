"""The spans that Wardian sends of its own episodes are traces like any other."""

from pathlib import Path
from typing import Any

from wardian.certification.trial import tried
from wardian.environments.packs import load_pack
from wardian.fidelity.survey import survey
from wardian.scoring.score import Scored
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec
from wardian.traces.otlp_spans import transcripts_of_export
from wardian.traces.transcript import trace_of
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.span import Span

ENVS = Path(__file__).resolve().parents[2] / "envs"
JOB = {
    "name": "own",
    "environments": [{"pack": "library"}],
    "agents": [{"kind": "reference", "name": "trial"}],
    "telemetry": {"otlp": "http://collector.example/v1/traces", "content": True},
}


def value(known: Any) -> dict[str, Any]:
    if isinstance(known, bool | float):
        return {"boolValue" if isinstance(known, bool) else "doubleValue": known}
    return {"intValue": str(known)} if isinstance(known, int) else {"stringValue": str(known)}


def exported(span: Span) -> dict[str, Any]:
    attributes = [{"key": key, "value": value(known)} for key, known in span.attributes.items()]
    start = str(int(span.start_s * 1e9))
    return {"traceId": span.trace, "spanId": span.id, "startTimeUnixNano": start, "attributes": attributes}


async def test_they_are_read_and_come_out_the_same() -> None:
    pack = load_pack(EnvironmentSpec(pack="library"), [ENVS])
    spans = EpisodeSpans("run", JobSpec.model_validate(JOB))
    episodes = [await tried(pack, card, pack.reference(card.id)) for card in pack.tasks()]
    scopes = [{"spans": [exported(span) for span in spans.of(Scored(episode=each, scores=()))]} for each in episodes]
    traces = [trace_of(each) for each in transcripts_of_export([{"resourceSpans": [{"scopeSpans": scopes}]}])]
    assert sorted(trace.task or "" for trace in traces) == sorted(card.id for card in pack.tasks())
    assert {call.tool for trace in traces for call in trace.calls} == {"list_loans", "renew_loan"}
    assert (await survey(pack, traces)).clean
