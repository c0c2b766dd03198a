"""What it takes to collect a panel's answers: time, second requests, money, and faults.

`collection(quick)` are the measures; `python benchmarks/fusion_collection.py [--quick] [--json] [--only overhead,…]`
prints them. Only `overhead` depends on this machine; all else is on virtual time, with latencies as the design has
them: lognormal, a standard deviation of 0.4 for the prompt, 0.25 for the member and 0.25 for the call, three calls in a
hundred four times as slow, a judge that takes a fifth of a member's time.
"""

import argparse
import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median, quantiles
from typing import Any, TypeVar

from clockwork import VirtualTimeLoop
from goals import Goal, report
from pydantic import TypeAdapter

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.fused import Answer, FusionResult
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.base.usage import FinishReason, Usage
from wardian.fusion.client import FusedClient
from wardian.fusion.failed import FusionFailed
from wardian.fusion.opening import fused_client
from wardian.fusion.tariffs import Tariffs
from wardian.models.hedging import Hedging
from wardian.models.pricing import cost_usd
from wardian.models.quota import LocalQuota
from wardian.models.retry import RetryingClient, RetryPolicy
from wardian.models.routing import RoutingClient
from wardian.specs.endpoints import EndpointSpec, PriceSpec
from wardian.specs.fusion.modes import FusionSpec
from wardian.specs.models import HedgeSpec

T = TypeVar("T")

CLOCK = SystemClock()
STRONG = PriceSpec(input=3.0, output=15.0)
CHEAP = PriceSpec(input=0.15, output=0.6)
PROMPT_TOKENS, ANSWER_TOKENS = 1000, 300
NAMES = ("a", "b", "c")
SPEC: TypeAdapter[FusionSpec] = TypeAdapter(FusionSpec)
TOOL = ToolSchema(name="act", description="", parameters={"type": "object", "properties": {"to": {"type": "string"}}})


def right(prompt: str, name: str, skill: float) -> str:
    """The right answer with a probability of `skill`, else one that nobody else gives."""
    return "right" if random_stream("skill", prompt, name).random() < skill else f"wrong {name}"


def latency(prompt: str, name: str, factor: float = 1.0) -> float:
    """Seconds of one call, with a median of `factor`."""
    shared = random_stream("prompt", prompt).gauss(0, 0.4)
    member = random_stream("member", prompt.partition("/")[0], name).gauss(0, 0.25)
    own = random_stream("call", prompt, name)
    return factor * math.exp(shared + member + own.gauss(0, 0.25)) * (4.0 if own.random() < 0.03 else 1.0)


@dataclass
class Member:
    """Answers as `says` has it, after as many seconds as `takes` says; notes what it charges.

    Args:
        name: in the pool.
        says: its answer to a prompt; raises what it fails with.
        takes: seconds.
        price: of its tokens.
        acts: whether the answer is a tool call.
    """

    name: str
    says: Callable[[str, str], str]
    takes: Callable[[str, str], float] = latency
    price: PriceSpec = STRONG
    acts: bool = False
    charged: list[float] = field(default_factory=list)

    async def complete(self, request: Request) -> Completion:
        """The answer."""
        prompt = request.messages[-1].content
        await asyncio.sleep(self.takes(prompt, self.name))
        text = self.says(prompt, self.name)
        finish: FinishReason = "length" if text == "cut" else "tool_calls" if self.acts else "stop"
        message = Message(role="assistant", content=text)
        if self.acts:
            call = ToolCall(id=self.name, name="act", arguments=f'{{"to": "{text}"}}')
            message = Message(role="assistant", tool_calls=(call,))
        usage = Usage(input_tokens=PROMPT_TOKENS, output_tokens=ANSWER_TOKENS)
        cost = cost_usd(self.price, usage)
        self.charged.append(cost or 0.0)
        return Completion(message=message, finish=finish, model=self.name, usage=usage, cost_usd=cost)


@dataclass
class Judge:
    """Prefers the first label in the alphabet; reads the conversation and all candidates, and says little."""

    name: str = "judge"
    takes: Callable[[str, str], float] = lambda *_: 0.0
    garbage: bool = False
    charged: list[float] = field(default_factory=list)

    async def complete(self, request: Request) -> Completion:
        """A verdict."""
        labels = _labels(request)
        await asyncio.sleep(self.takes(_prompt(request), f"{self.name}{len(self.charged)}"))
        said = f'{{"ranking": [{", ".join(labels)}], "confidence": 0.9, "none_acceptable": false}}'
        message = Message(role="assistant", content="no JSON, and no label" if self.garbage else said)
        tokens = PROMPT_TOKENS + 300 + ANSWER_TOKENS * len(labels)
        usage = Usage(input_tokens=tokens, output_tokens=30)
        cost = cost_usd(CHEAP, usage)
        self.charged.append(cost or 0.0)
        return Completion(message=message, finish="stop", model=self.name, usage=usage, cost_usd=cost)


def _labels(request: Request) -> list[str]:
    """Quoted, the best first: a candidate's own text decides, whatever its place."""
    shape: Any = {} if request.response_schema is None else request.response_schema.json_schema
    labels = shape.get("properties", {}).get("ranking", {}).get("items", {}).get("enum", [])
    text = request.messages[-1].content
    return [f'"{label}"' for label in sorted(labels, key=lambda each: text.partition(f'label="{each}">\n')[2][:40])]


def _prompt(request: Request) -> str:
    """The prompt that the judge is shown."""
    return request.messages[-1].content.partition("[user] ")[2].partition("\n")[0]


def fusion(members: Sequence[ModelClient], *others: ModelClient, **said: Any) -> FusedClient:
    """A fusion as a config says it."""
    clients = {client.name: client for client in (*members, *others)}
    places = {name: [EndpointSpec(base_url="https://x.test/v1", price=STRONG)] for name in clients}
    spec = SPEC.validate_python({"members": [member.name for member in members], **said})
    return fused_client("fusion/f", spec, clients, CLOCK, Tariffs(places))


def question(prompt: str, *tools: ToolSchema) -> Request:
    """One question."""
    return Request(model="fusion/f", messages=(Message(role="user", content=prompt),), tools=tools)


async def settled(client: FusedClient, request: Request) -> FusionResult:
    """What was said and decided, whether there is an answer or not."""
    try:
        result = (await client.complete(request)).fusion
    except FusionFailed as error:
        return error.result
    assert result is not None
    return result


def virtually(main: Coroutine[Any, Any, T]) -> T:
    """On virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


async def every(client: FusedClient, requests: Iterable[Request]) -> list[FusionResult]:
    """All at once: none waits for another."""
    return await asyncio.gather(*(settled(client, request) for request in requests))


def prompts(number: int) -> list[str]:
    """So many, in panels of forty prompts each: the members of another panel are others."""
    return [f"{place // 40}/{place}" for place in range(number)]


def percentile(values: Sequence[float], part: int) -> float:
    """The time within which so many per cent came."""
    return quantiles(values, n=100)[part - 1]


# Overhead: this machine's


def overhead(quick: bool) -> Iterator[Goal]:
    """What a fusion takes of its own, when members and judge take no time: CPU time, for others may use the machine."""
    names = "abcdefgh"

    def panel(seconds: float) -> FusedClient:
        members = [Member(name, lambda _, own: own, lambda *_: seconds) for name in names]
        return fusion(members, Judge(), mode="best_of", judge="judge")

    async def alone(client: FusedClient, number: int) -> list[float]:
        times = []
        for prompt in prompts(number):
            began = time.process_time()
            await client.complete(question(prompt))
            times.append(1000 * (time.process_time() - began))
        return times

    async def together(client: FusedClient, number: int) -> tuple[int, float]:
        began = time.perf_counter()
        results = await every(client, [question(prompt) for prompt in prompts(number)])
        return sum(result.decision is not None for result in results), time.perf_counter() - began

    async def late(client: FusedClient, number: int) -> float:
        results = await every(client, [question(prompt) for prompt in prompts(number)])
        return max(1000 * (result.elapsed_s - 1.0) for result in results)

    asyncio.run(alone(panel(0.0), 10))  # what is only loaded or compiled once
    times = asyncio.run(alone(panel(0.0), 100 if quick else 1000))
    yield Goal("overhead, 8 members and a judge, CPU time, p50", median(times), "ms", 5.0)
    yield Goal("overhead, 8 members and a judge, CPU time, p99", percentile(times, 99), "ms", 25.0)
    answered, wall_s = asyncio.run(together(panel(1.0), 1000))
    yield Goal("1,000 fusions of 8 at once in one process: answered", answered, "fusions", 1000, "at least")
    yield Goal("1,000 fusions of 8 at once, members take 1 s: wall time", wall_s, "s")
    slow = fusion([Member(name, lambda *_: "x", lambda *_: 60.0) for name in names], collect={"deadline_s": 1.0})
    worst = [asyncio.run(late(slow, 20)) for _ in range(9)]
    yield Goal("lateness at a deadline of 1 s, worst of 20 at once, median of 9 batches", median(worst), "ms", 50.0)


# Latency


def spread(quick: bool) -> Iterator[Goal]:
    """How long panels take beside a single call and beside their slowest member."""
    asked = prompts(400 if quick else 4000)
    single = [latency(prompt, name) for prompt in asked for name in NAMES]
    slowest = [max(latency(prompt, name) for name in NAMES) for prompt in asked]
    middle, tail = median(single), percentile(single, 95)
    said: dict[str, Any] = {"mode": "best_of", "judge": "judge", "collect": {"quorum": 2}}
    for name, skill in (("members right .8", 0.8), ("always judged", 0.0)):
        judge = Judge(takes=lambda prompt, name: latency(prompt, name, 0.2))
        client = fusion([Member(each, partial(right, skill=skill)) for each in NAMES], judge, **said)
        times = [each.elapsed_s for each in virtually(every(client, map(question, asked)))]
        name = f"best_of, quorum 2 of 3 and grace, {name}"
        yield Goal(f"{name}: p50 to slowest member's", median(times) / median(slowest), "x", 1.15)
        yield Goal(f"{name}: p50 to a single call's", median(times) / middle, "x", 1.5)
        yield Goal(f"{name}: p95 to a single call's", percentile(times, 95) / tail, "x", 1.1)
    voting = fusion([Member(name, partial(right, skill=0.8)) for name in NAMES], mode="vote")
    times = [each.elapsed_s for each in virtually(every(voting, map(question, asked)))]
    yield Goal("vote of 3, members right .8: p50 to a single call's", median(times) / middle, "x", 1.15)
    yield Goal("vote of 3, members right .8: p95 to a single call's", percentile(times, 95) / tail, "x")
    yield Goal("for comparison, waiting for all of 3: p50 to a single call's", median(slowest) / middle, "x")
    yield Goal("for comparison, waiting for all of 3: p95 to a single call's", percentile(slowest, 95) / tail, "x")


# Second requests


@dataclass
class Place:
    """One deployment of a model; counts its calls."""

    name: str
    slow: float = 1.0
    asked: int = 0

    async def complete(self, request: Request) -> Completion:
        """An answer."""
        self.asked += 1
        await asyncio.sleep(self.slow * latency(request.messages[-1].content, f"{self.name}{self.asked}"))
        message = Message(role="assistant", content=self.name.partition("#")[0])
        return Completion(message=message, finish="stop", model=self.name.partition("#")[0], cost_usd=0.0)


def hedged(quick: bool) -> Iterator[Goal]:
    """Second requests to another deployment: what they bring, and how many there are, also in a brown-out."""
    asked = prompts(400 if quick else 4000)

    def panel(slow: float, *, hedge: bool) -> tuple[FusedClient, list[Place]]:
        places = [Place(f"{name}#{label}", slow) for name in NAMES for label in "xy"]
        quota, spec = LocalQuota({}, CLOCK), HedgeSpec(after="p90", budget=0.05)
        clients = [RetryingClient(place, quota, RetryPolicy(timeout_s=1e6, max_retries=0), CLOCK) for place in places]
        members = [
            RoutingClient(name, pair, 1e6, CLOCK, Hedging(spec, elsewhere=True) if hedge else None)
            for name, pair in zip(NAMES, zip(clients[::2], clients[1::2], strict=True), strict=True)
        ]
        return fusion(members, mode="vote", min_share=1.0), places

    async def one_by_one(client: FusedClient, brown_from: int, places: Sequence[Place]) -> list[float]:
        times = []
        for place, prompt in enumerate(asked):
            if place == brown_from:
                for each in places:
                    each.slow = 10.0
            times.append((await settled(client, question(prompt))).elapsed_s)
        return times

    def measured(*, hedge: bool, brown_from: int) -> tuple[list[float], float]:
        client, places = panel(1.0, hedge=hedge)
        times = virtually(one_by_one(client, brown_from, places))
        return times, 100 * (sum(place.asked for place in places) / (len(NAMES) * len(asked)) - 1)

    plain, _ = measured(hedge=False, brown_from=len(asked))
    times, extra = measured(hedge=True, brown_from=len(asked))
    yield Goal("hedge after p90: calls more", extra, "%", 5.0)
    yield Goal("hedge after p90: p99 of a panel to that without", percentile(times, 99) / percentile(plain, 99), "x")
    _, extra = measured(hedge=True, brown_from=len(asked) // 2)
    yield Goal("hedge after p90, everything ten times as slow from the middle on: calls more", extra, "%", 5.0)


# Money


def cost(quick: bool) -> Iterator[Goal]:
    """What fused answers cost beside one call of the same model, and whether the report is exact."""
    asked = prompts(400 if quick else 2000)
    one = cost_usd(STRONG, Usage(input_tokens=PROMPT_TOKENS, output_tokens=ANSWER_TOKENS)) or 0.0

    def each(client: FusedClient, *tools: ToolSchema) -> float:
        results = virtually(every(client, [question(prompt, *tools) for prompt in asked]))
        return sum(result.cost_usd or 0.0 for result in results) / len(asked) / one

    differing = [Member(name, lambda _, own: own) for name in NAMES]
    judged = fusion(differing, Judge(), mode="best_of", judge="judge")
    yield Goal("best_of 3 with a small judge, always judged: to one call", each(judged), "x", 3.3)
    acting = [Member(name, _agree_seven_of_ten, acts=True) for name in NAMES]
    gated = fusion(acting, Judge(), mode="best_of", judge="judge", scope="divergent_probe")
    yield Goal("two probes agree at 70 % of turns: to one call", each(gated, TOOL), "x", 2.7)
    cheap = [Member("cheap1", _agree_seven_of_ten, price=CHEAP), Member("cheap2", _agree_seven_of_ten, price=CHEAP)]
    stages = [
        {"members": ["cheap1", "cheap2"], "accept": {"kind": "agree", "count": 2}},
        {"members": ["strong"]},
    ]
    strong = Member("strong", lambda *_: "right")
    spec = SPEC.validate_python({"mode": "cascade", "stages": stages})
    cascade = fused_client("fusion/f", spec, {member.name: member for member in (*cheap, strong)}, CLOCK)
    yield Goal("cascade with 30 % escalation: to one call of the strong model", each(cascade), "x", 0.5)
    yield from _exact(asked)


def _agree_seven_of_ten(prompt: str, name: str) -> str:
    return "right" if random_stream("agree", prompt).random() < 0.7 else f"wrong {name}"


def _exact(asked: Sequence[str]) -> Iterator[Goal]:
    """Against the members' own books: everything that was answered, whatever came of it."""
    members, within = ([Member(name, _faulty) for name in names] for names in (NAMES, ("d", "e")))
    inner = fusion(within, mode="vote")
    judge = Judge(takes=lambda prompt, name: latency(prompt, name, 0.2))
    outer = fusion([*members, inner], judge, mode="best_of", judge="judge", collect={"quorum": 2})
    results = virtually(every(outer, map(question, asked)))
    calls = [call for result in results for call in _calls(result)]
    answered = sum(call.cost_usd or 0.0 for call in calls if not call.usage.estimated)
    charged = sum(sum(book) for book in (judge.charged, *(each.charged for each in (*members, *within))))
    cut_off = sum(call.usage.estimated for call in calls)
    total = sum(result.cost_usd or 0.0 for result in results)
    parts = sum(call.cost_usd or 0.0 for call in calls)
    answers = len(calls) - cut_off
    yield Goal(f"{answers} calls with an answer: reported to charged, off by", abs(answered / charged - 1), "", 1e-9)
    yield Goal(f"{cut_off} calls cut off beside them: total to the sum, off by", abs(total / parts - 1), "", 1e-9)


def _calls(result: FusionResult) -> Iterator[Answer]:
    for answer in result.answers:
        if answer.inside is None:
            yield answer
        else:
            yield from _calls(answer.inside)


def _faulty(prompt: str, name: str) -> str:
    """One in ten fails, one is empty, one is cut at its limit; the rest differ."""
    drawn = random_stream("fault", prompt, name).random()
    if drawn < 0.1:
        raise ModelError("overloaded", "come back later")
    return "" if drawn < 0.2 else "cut" if drawn < 0.3 else right(prompt, name, 0.7)


# Faults


def faults(quick: bool) -> Iterator[Goal]:
    """Whether there is an answer whenever one member has one."""
    asked = prompts(1000 if quick else 10000)
    kinds = ("error", "empty", "cut", "hang")

    def drawn(prompt: str, name: str) -> str:
        stream = random_stream("faults", prompt, name)
        return stream.choice(kinds) if stream.random() < 0.3 else ""

    def says(prompt: str, name: str) -> str:
        fault = drawn(prompt, name)
        if fault == "error":
            raise ModelError("overloaded", "come back later")
        return {"empty": "", "cut": "cut"}.get(fault, right(prompt, name, 0.7))

    def takes(prompt: str, name: str) -> float:
        return 1e6 if drawn(prompt, name) == "hang" else min(latency(prompt, name), 20.0)

    members = [Member(name, says, takes) for name in NAMES]
    judge = Judge(takes=lambda *_: 0.2)
    said = {"mode": "best_of", "judge": "judge", "collect": {"quorum": 2, "deadline_s": 30}}
    results = virtually(every(fusion(members, judge, **said), map(question, asked)))
    able = [result for prompt, result in zip(asked, results, strict=True) if not all(drawn(prompt, n) for n in NAMES)]
    answered = sum(result.decision is not None for result in able)
    yield Goal("30 % of members fail: answered where one did not", 100 * answered / len(able), "%", 99.9, "at least")
    yield Goal("the same: latest answer", max(result.elapsed_s for result in able), "s", 30.05)
    broken = fusion([Member(name, lambda _, own: own) for name in NAMES], Judge(garbage=True), **said)
    results = virtually(every(broken, map(question, asked[:1000])))
    good = sum(result.decision is not None and result.status == "degraded" for result in results)
    yield Goal("a judge that says garbage: answered, and flagged", 100 * good / len(results), "%", 100.0, "at least")


MEASURES: dict[str, Callable[[bool], Iterable[Goal]]] = {
    "overhead": overhead,
    "latency": spread,
    "hedge": hedged,
    "cost": cost,
    "faults": faults,
}


def collection(quick: bool, only: Iterable[str] = tuple(MEASURES)) -> Iterator[Goal]:
    """All measures, or those that are named."""
    for name in only:
        yield from MEASURES[name](quick)


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer fusions")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(MEASURES))
    options = parser.parse_args()
    report(list(collection(options.quick, options.only.split(","))), as_json=options.json)


if __name__ == "__main__":
    main()
