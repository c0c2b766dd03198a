"""What watching costs: CPU for spans, gauges and status, as rows.

    python benchmarks/observability.py [--quick]

All in this process, CPU time of the driver; a turn is one model call and one tool call.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.frozen import Frozen
from wardian.base.messages import Message, Request, ToolCall
from wardian.base.usage import CallTiming, Usage
from wardian.environments.observation import Observation
from wardian.episodes.record import Acted, AgentRef, Asked, EnvironmentRef, Episode, EpisodeSpec, Event, Said, TaskRef
from wardian.models.gauges import LaneGauge, LaneMeter
from wardian.models.quota import LocalQuota
from wardian.models.retry import RetryingClient, RetryPolicy
from wardian.runs.folder_store import FolderStore
from wardian.runs.gauges import WorkerGauge
from wardian.runs.watch import StatusSink
from wardian.scoring.score import Score, Scored
from wardian.specs.job import JobSpec
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.otlp import OtlpSender

TURNS = 10
SPEC = EpisodeSpec(
    environment=EnvironmentRef(name="shop", pack="shop", version="1", digest="d"),
    task=TaskRef(id="t", template="t"),
    agent=AgentRef(name="arm", digest="a", model="mini"),
    seed=1,
)
CALL = ToolCall(id="c1", name="find", arguments='{"order": 7}')
ANSWER = Completion(
    message=Message(role="assistant", content="Let me see. " * 10, tool_calls=(CALL,)),
    finish="tool_calls",
    model="mini",
    usage=Usage(input_tokens=900, output_tokens=40),
    cost_usd=0.001,
    timing=CallTiming(queue_s=0.1, total_s=1.0),
)


class Row(Frozen):
    """One figure."""

    what: str
    microseconds: float
    per: str


class Nowhere(SpanExporter):
    """Encodes as OTLP and sends nothing."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Encode."""
        from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

        encode_spans(spans).SerializeToString()
        return SpanExportResult.SUCCESS


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the repetitions")
    number = 200 if parser.parse_args().quick else 2_000
    for row in rows(number):
        sys.stdout.write(f"{row.what:<66}{row.microseconds:>9.1f} µs per {row.per}\n")


def rows(number: int) -> Iterator[Row]:
    """All figures; `number` says how long to measure."""
    yield Row(what="spans off: what the record's times cost", microseconds=clock_readings(number * 100), per="turn")
    for content in (False, True):
        words = "with contents" if content else "without contents"
        made, sent = spans(number // 4, content=content)
        yield Row(what=f"spans on, {words}: made from the record", microseconds=made, per="turn")
        yield Row(what=f"spans on, {words}: made, and encoded as OTLP", microseconds=sent, per="turn")
    yield Row(
        what="gauges: a whole call through the retry layer, which counts", microseconds=call(number * 5), per="call"
    )
    yield Row(what="gauges: reading a lane with 1,000 open calls", microseconds=reading(number), per="reading")
    yield Row(
        what="status: 16 workers with 8 lanes each, joined and written", microseconds=report(number // 4), per="second"
    )


def clock_readings(number: int) -> float:
    """Two for the model call, two for the tool call, of which one pair was there before; per turn."""

    async def measure() -> float:
        clock = SystemClock()
        return timed(lambda: (clock.monotonic(), clock.monotonic()), number)

    return asyncio.run(measure())


def spans(number: int, *, content: bool) -> tuple[float, float]:
    """Making the spans of an episode, and making and encoding them; per turn."""
    maker, sender = EpisodeSpans("run", _job(content=content)), OtlpSender(Nowhere())
    episodes = [_scored(started_at=float(place)) for place in range(25)]
    made = timed(lambda: [maker.of(scored) for scored in episodes], max(number // 25, 1))
    sent = timed(lambda: sender.send([span for scored in episodes for span in maker.of(scored)]), max(number // 25, 1))
    return made / 25 / TURNS, sent / 25 / TURNS


def call(number: int) -> float:
    """One call of a client that answers at once, through quota, breaker and meter."""

    class Ready:
        name = "mini"

        async def complete(self, request: Request) -> Completion:
            return ANSWER

    async def measure() -> float:
        clock = SystemClock()
        client = RetryingClient(Ready(), LocalQuota({}, clock), RetryPolicy(), clock)
        request = Request(model="mini", messages=(Message(role="user", content="Hello"),))
        begun = time.process_time()
        for _ in range(number):
            await client.complete(request)
        return (time.process_time() - begun) / number * 1e6

    return asyncio.run(measure())


def reading(number: int) -> float:
    """A gauge of a busy lane."""
    from wardian.base.clients import Allowance
    from wardian.models.gauges import LaneCall

    meter = LaneMeter()
    meter.calls.update(LaneCall(waiting_since=float(place) if place % 2 else None) for place in range(1_000))
    return timed(lambda: meter.gauge("mini", "closed", Allowance(), 1_000.0), number)


def report(number: int) -> float:
    """What the driver does once a second, without asking the workers."""
    lanes = tuple(LaneGauge(lane=f"model-{place}", in_flight=8, requests=1_000) for place in range(8))
    workers = [WorkerGauge(name=f"worker-{n}.0", host="node", pid=n, episodes=256, lanes=lanes) for n in range(16)]

    async def measure() -> float:
        with tempfile.TemporaryDirectory() as folder:
            sink = StatusSink(FolderStore(Path(folder)), "run-1", range(10_000), SystemClock())

            async def round_of_reports() -> float:
                begun = time.process_time()
                for _ in range(number):
                    await sink.report(workers)
                return (time.process_time() - begun) / number

            return min([await round_of_reports() for _ in range(3)]) * 1e6

    return asyncio.run(measure())


def timed(work: Callable[[], object], number: int) -> float:
    """Microseconds of CPU for one `work()`, the best of three rounds."""
    return min(_round(work, number) for _ in range(3)) * 1e6


def _round(work: Callable[[], object], number: int) -> float:
    begun = time.process_time()
    for _ in range(number):
        work()
    return (time.process_time() - begun) / number


def _job(*, content: bool) -> JobSpec:
    return JobSpec.model_validate(
        {
            "name": "bench",
            "environments": [{"pack": "shop"}],
            "models": {"mini": {"base_url": "https://models.example/v1"}},
            "agents": [{"name": "arm", "model": "mini"}],
            "telemetry": {"otlp": "http://127.0.0.1:4318", "content": content},
        }
    )


def _scored(started_at: float) -> Scored:
    events = (
        Said(speaker="user", text="Where is my order?"),
        *(event for turn in range(TURNS) for event in _turn(turn)),
    )
    episode = Episode(spec=SPEC, events=events, stop="finished", started_at=started_at, wall_s=20.0)
    return Scored(episode=episode, scores=(Score("success", 1.0), Score("recovery", None)))


def _turn(turn: int) -> Iterable[Event]:
    yield Asked(turn=turn + 1, completion=ANSWER, at_s=turn * 2.0, seconds=1.0)
    found = Observation(text='{"order": 7, "state": "sent"}' * 5)
    yield Acted(
        turn=turn + 1, call=CALL, observation=found, digest="s", changed=False, at_s=turn * 2.0 + 1, seconds=0.1
    )


if __name__ == "__main__":
    main()
