"""What scores cost: CPU time of one core for an episode of twenty steps."""

import asyncio
import time
from collections.abc import Callable, Iterator

import orjson
from goals import Goal

from wardian.base.completion import Completion
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.environments.change import Change
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation
from wardian.episodes.record import Acted, AgentRef, Asked, EnvironmentRef, Episode, EpisodeSpec, Event, Said, TaskRef
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.trajectory import TrajectoryScorer

STEPS = 20
ROUNDS = 5
SPEC = EpisodeSpec(
    environment=EnvironmentRef(name="shop", pack="shop", version="1", digest="d"),
    task=TaskRef(id="t", template="t"),
    agent=AgentRef(name="arm", digest="a", model="mini"),
    seed=1,
)


def cost(quick: bool = False) -> Iterator[Goal]:
    """All metrics, and all detectors beside a reference."""
    episodes = 50 if quick else 500
    record, reference = episode(lost=True), episode(lost=False)
    scorer = TrajectoryScorer()
    yield Goal(
        f"all metrics, {STEPS} steps", _ms(lambda: asyncio.run(_scored(scorer, record, episodes)), episodes), "ms", 2.0
    )
    yield Goal(
        f"all detectors, {STEPS} steps", _ms(lambda: _diagnosed(record, reference, episodes), episodes), "ms", 2.0
    )


def episode(*, lost: bool) -> Episode:
    """Twenty calls with results of 2 kB, five of them writes, four of them errors."""
    events: list[Event] = [
        Said(speaker="policy", text="Be kind. " * 500),
        Said(speaker="user", text="I am ann@shop.org, and it is about " + ", ".join(f"W{n}" for n in range(STEPS))),
    ]
    for step in range(STEPS):
        events += _turn(step, wrong=lost and step % 5 == 4)
    written = tuple(change for event in events if event.kind == "acted" for change in event.observation.changes)
    wanted = tuple(_change(step, "closed") for step in range(0, STEPS, 4))
    checks = (CheckResult(name="state", passed=not lost), CheckResult(name="told", passed=True))
    findings = Findings(checks=checks, expected=wanted, actual=written, reference_calls=STEPS)
    return Episode(spec=SPEC, events=tuple(events), stop="finished", opening_digest="s", findings=findings)


def _turn(step: int, *, wrong: bool) -> tuple[Asked, Acted]:
    order = f"X{step}" if wrong else f"W{step}"
    arguments = orjson.dumps({"order_id": order, "item_ids": ["I5", "I7"], "reason": "late"}).decode()
    call = ToolCall(id=f"c{step}", name="close_order" if step % 4 == 0 else "get_order", arguments=arguments)
    said = Message(role="assistant", tool_calls=(call,))
    completion = Completion(
        message=said, finish="tool_calls", model="mini", usage=Usage(input_tokens=900, output_tokens=40), cost_usd=0.001
    )
    changes = (_change(step, "open" if wrong else "closed"),) if step % 4 == 0 else ()
    text = orjson.dumps({"order_id": order, "items": [f"I{item}" for item in range(300)]}).decode()
    seen = Observation(text=text, error="not_found" if wrong else None, changes=changes)
    acted = Acted(turn=step + 1, call=call, observation=seen, digest=f"s{step // 4}", changed=bool(changes))
    return Asked(turn=step + 1, completion=completion), acted


def _change(step: int, status: str) -> Change:
    return Change(table="orders", key=f"W{step}", column="status", kind="update", before="new", after=status)


async def _scored(scorer: TrajectoryScorer, record: Episode, times: int) -> None:
    for _ in range(times):
        await scorer.score(record)


def _diagnosed(record: Episode, reference: Episode, times: int) -> None:
    for _ in range(times):
        diagnose(record, reference)


def _ms(do: Callable[[], None], episodes: int) -> float:
    """Of one episode, the best of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        do()
        best = min(best, time.process_time() - begun)
    return 1_000 * best / episodes
