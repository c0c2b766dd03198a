"""A world in which budgets are hard to keep: workers vanish, answers get lost, drivers are killed, providers lie.

Each interleaving runs on virtual time. The provider's own bill is what counts: it bills every request that reaches it
and that it does not refuse, whether or not anybody hears of it.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, Sampling
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.models.breaker import Breaker
from wardian.models.budgets.amount import NOTHING, PICODOLLARS, Amount
from wardian.models.budgets.budgets import BudgetBooks, BudgetPlace, Budgets
from wardian.models.budgets.leases import BudgetAsk, BudgetGrant
from wardian.models.chat import ChatClient
from wardian.models.endpoint import Endpoint
from wardian.models.gauges import LaneMeter
from wardian.models.quota import LocalQuota
from wardian.models.refusal import Refusal
from wardian.models.retry import Guards, RetryingClient, RetryPolicy
from wardian.models.wire import RawReply
from wardian.specs.budget import BudgetSpec
from wardian.specs.endpoints import PriceSpec
from wardian.specs.models import ModelSpec

__all__ = ["Interleaving", "World", "play"]

PRICE = PriceSpec(input=3.0, cached=0.3, cache_write=3.75, output=15.0)
PRICES = {"fresh": 3_000_000, "cached": 300_000, "written": 3_750_000, "output": 15_000_000}
"""The same in picodollars a token, worked out by hand."""
MODEL = ModelSpec(base_url="http://provider/v1", price=PRICE, api_key_env="KEY", max_output_tokens=300)
CLOCK = SystemClock()
ABSURD = (None, 0, -5, "many", float("nan"), 10**12, True, [3], 1)
"""Counts of tokens that no provider should report."""
RATES = ("refused", "broken", "absurd", "lost_answers", "vanishing", "impatient")
CAPS: tuple[tuple[Any, ...], ...] = (
    (None, 0.05, 0.5, 1.5),
    (None, None, 20_000, 200_000),
    (None, None, 20, 200),
    (None, 0.2, 1.0),
)
"""Of a job in US dollars, tokens and requests; of the account in dollars."""


@dataclass(frozen=True)
class Interleaving:
    """What happens in one world; rates are probabilities for each request, exchange or worker."""

    seed: int
    usd: float | None = 0.05
    tokens: int | None = None
    requests: int | None = None
    account_usd: float | None = None
    jobs: int = 1
    workers: int = 2
    at_once: int = 4
    calls: int = 30
    drivers: int = 1
    refused: float = 0.0
    broken: float = 0.0
    absurd: float = 0.0
    lie: str = "anything"
    lost_answers: float = 0.0
    vanishing: float = 0.0
    impatient: float = 0.0

    @classmethod
    def random(cls, seed: int) -> "Interleaving":
        """One out of very many."""
        draw = Random(seed)
        rates = {name: draw.choice([0.0, 0.0, 0.05, 0.3, 0.9]) for name in RATES}
        rates["lost_answers"] = min(rates["lost_answers"], 0.5)
        usd, tokens, requests, account_usd = (draw.choice(caps) for caps in CAPS)
        return cls(
            seed=seed,
            usd=usd,
            tokens=tokens,
            requests=requests,
            account_usd=account_usd,
            jobs=draw.choice([1, 1, 2]),
            workers=draw.choice([1, 2, 4]),
            at_once=draw.choice([1, 4, 16]),
            calls=draw.choice([20, 100]),
            drivers=draw.choice([1, 2, 3]),
            lie=draw.choice(["missing", "nothing", "one", "anything"]),
            **rates,
        )


@dataclass
class World:
    """What came of it: by the provider's bill."""

    random: Random
    billed: dict[str, Amount] = field(default_factory=dict)
    answered: int = 0
    over_budget: int = 0

    @property
    def total(self) -> Amount:
        """All jobs together."""
        return sum(self.billed.values(), NOTHING)

    def exceeded(self, plan: Interleaving) -> list[str]:
        """The budgets that were not kept."""
        caps = [
            (f"{job} {kind}", spent, cap)
            for job, bill in self.billed.items()
            for kind, spent, cap in (
                ("usd", bill.picodollars, None if plan.usd is None else plan.usd * PICODOLLARS),
                ("tokens", bill.tokens, plan.tokens),
                ("requests", bill.requests, plan.requests),
            )
        ]
        if plan.account_usd is not None:
            caps.append(("account", self.total.picodollars, plan.account_usd * PICODOLLARS))
        return [f"{name}: {spent} of {cap}" for name, spent, cap in caps if cap is not None and spent > cap]

    def bill(self, job: str, amount: Amount) -> None:
        """One more request."""
        self.billed[job] = self.billed.get(job, NOTHING) + amount


class Provider:
    """A wire whose other end bills and misbehaves."""

    def __init__(self, plan: Interleaving, world: World, job: str) -> None:
        self._plan = plan
        self._world = world
        self._job = job

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> RawReply:
        """Bill at once, for nobody can call a request back; answer later, or in some other way."""
        del method, url, headers
        random, plan = self._world.random, self._plan
        if random.random() < plan.refused:
            self._world.bill(self._job, Amount(requests=1))
            await asyncio.sleep(random.uniform(0.0, 0.2))
            return self._refusal(random)
        usage = self._usage(random, json.loads(body or b""), len(body or b""))
        self._world.bill(self._job, _price(usage))
        await asyncio.sleep(random.lognormvariate(0.0, 1.0))
        if random.random() < plan.broken:
            return await self._broken(random)
        reported: object = {
            "prompt_tokens": usage["prompt"],
            "completion_tokens": usage["output"],
            "prompt_tokens_details": {"cached_tokens": usage["cached"], "cache_write_tokens": usage["written"]},
        }
        if random.random() < plan.absurd:
            reported = _absurd(random, plan.lie)
        choice = {"message": {"content": "w" * usage["output"]}, "finish_reason": "stop"}
        return RawReply(200, {}, json.dumps({"choices": [choice], "usage": reported}).encode())

    async def close(self) -> None:
        """Nothing is open."""

    def _usage(self, random: Random, body: dict[str, object], size: int) -> dict[str, int]:
        prompt = random.choice([size // 4, size // 8, size, size + 700])
        cached = random.choice([0, random.randint(0, prompt)])
        limit = body.get("max_tokens", MODEL.max_output_tokens)
        assert isinstance(limit, int)
        return {
            "prompt": prompt,
            "cached": cached,
            "written": random.choice([0, random.randint(0, prompt - cached)]),
            "output": random.choice([limit, random.randint(1, limit)]),
        }

    def _refusal(self, random: Random) -> RawReply:
        status = random.choice([400, 401, 403, 404, 413, 422, 429, 429, 429])
        return RawReply(status, {"retry-after": "1"} if random.random() < 0.5 else {}, b'{"error": {"message": "no"}}')

    async def _broken(self, random: Random) -> RawReply:
        kind = random.choice(["silent", "reset", "garbled", "cut", "error inside", "500", "503", "408", "too long"])
        if kind == "silent":
            await asyncio.sleep(10_000)
        if kind == "reset":
            raise Refusal("connection", "reset by peer")
        if kind.isdecimal():
            return RawReply(int(kind), {}, b"oops")
        if kind == "too long":
            return RawReply(400, {}, b"the prompt is too long: content_filter")
        bodies = {"cut": b'{"choices": [{"mess', "error inside": b'{"error": {"code": 429, "message": "slow down"}}'}
        return RawReply(200, {}, bodies.get(kind, b"<html>"))


class Treasurer:
    """Reaches the files of a job's budgets as workers do: late, and more than once for the same answer."""

    def __init__(self, plan: Interleaving, world: World, places: Mapping[str, BudgetPlace]) -> None:
        self._plan = plan
        self._random = world.random
        self._places = places
        self._books = BudgetBooks(places, CLOCK)

    async def exchange(self, name: str, ask: BudgetAsk) -> BudgetGrant:
        """The answer that arrives is the last one; the keeper of the files may be another one each time."""
        while True:
            await self._travel()
            grant = await self._books.exchange(name, ask)
            await self._travel()
            if self._random.random() >= self._plan.lost_answers:
                return grant
            if self._random.random() < 0.5:
                self._books.close()
                self._books = BudgetBooks(self._places, CLOCK)

    async def _travel(self) -> None:
        if self._plan.lost_answers:
            await asyncio.sleep(self._random.uniform(0.0, 0.5))

    def close(self) -> None:
        """The files are somebody else's now."""
        self._books.close()


class Lifeline:
    """What connects a worker with the treasurer while it lives."""

    def __init__(self, treasurer: Treasurer) -> None:
        self._treasurer = treasurer
        self.alive = True

    async def exchange(self, name: str, ask: BudgetAsk) -> BudgetGrant:
        """The dead ask nobody, whatever their code does while it is cancelled."""
        if self.alive:
            return await self._treasurer.exchange(name, ask)
        return BudgetGrant(granted=NOTHING, reachable=NOTHING, scarce=False)

    def cut(self) -> None:
        """The worker vanishes."""
        self.alive = False


def play(plan: Interleaving, folder: Path) -> World:
    """Let one interleaving happen, with its files in `folder`."""
    world = World(Random(plan.seed))
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(_jobs(plan, world, folder))
    return world


async def _jobs(plan: Interleaving, world: World, folder: Path) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(plan.jobs):
            group.create_task(_job(plan, world, folder, f"job{number}"))


async def _job(plan: Interleaving, world: World, folder: Path, job: str) -> None:
    """One run with all its resumes."""
    own = None
    if plan.usd is not None or plan.tokens is not None or plan.requests is not None:
        own = BudgetSpec(usd=plan.usd, tokens=plan.tokens, requests=plan.requests)
    places = {} if own is None else {"budget": BudgetPlace(spec=own, path=folder / f"{job}.log")}
    if plan.account_usd is not None:
        spec = BudgetSpec(usd=plan.account_usd)
        places["accounts.KEY"] = BudgetPlace(spec=spec, path=folder / "account.log", account="KEY")
    for driver in range(plan.drivers):
        killed_after = 1e9 if driver == plan.drivers - 1 else world.random.uniform(0.5, 30.0)
        treasurer = Treasurer(plan, world, places)
        async with asyncio.TaskGroup() as group:
            for worker in range(plan.workers):
                vanishes = world.random.random() < plan.vanishing
                dies_after = min(killed_after, world.random.uniform(0.1, 20.0) if vanishes else 1e9)
                budgets = (Lifeline(treasurer), places, f"{job}.{driver}.{worker}")
                group.create_task(_worker(plan, world, *budgets, dies_after))
        treasurer.close()
        _tear(world.random, places)


async def _worker(
    plan: Interleaving,
    world: World,
    line: Lifeline,
    places: Mapping[str, BudgetPlace],
    name: str,
    dies_after: float,
) -> None:
    """Many calls at once, until it has no more or dies with all that it holds."""
    budgets = Budgets(places, line.exchange, name, CLOCK)
    death = asyncio.get_running_loop().call_later(dies_after - 1e-6, line.cut)
    try:
        async with asyncio.timeout(dies_after), asyncio.TaskGroup() as group:
            for _ in range(plan.at_once):
                group.create_task(_calls(plan, world, budgets, name))
        await budgets.close()
    except TimeoutError:
        return
    finally:
        death.cancel()


async def _calls(plan: Interleaving, world: World, budgets: Budgets, name: str) -> None:
    """One call after the other, until the budget is reached."""
    client = _client(plan, world, budgets, name)
    for _ in range(max(plan.calls // plan.at_once, 1)):
        text = "x" * world.random.choice([10, 200, 3_000])
        sampling = Sampling(max_tokens=world.random.choice([None, 50, 600]))
        request = Request(model="m", messages=(Message(role="user", content=text),), sampling=sampling)
        hurry = world.random.random() < plan.impatient
        try:
            async with asyncio.timeout(world.random.uniform(0.0, 2.0) if hurry else None):
                await client.complete(request)
            world.answered += 1
        except TimeoutError:
            continue
        except ModelError as error:
            if error.kind == "budget":
                world.over_budget += 1
                return


def _client(plan: Interleaving, world: World, budgets: Budgets, name: str) -> ModelClient:
    endpoint = Endpoint(url="http://provider/v1", model="m")
    chat = ChatClient("m", endpoint, Provider(plan, world, name.split(".")[0]), price=PRICE)
    guards = Guards(Breaker(CLOCK), LaneMeter(), budgets.pay(MODEL))
    return RetryingClient(chat, LocalQuota({}, CLOCK), RetryPolicy(timeout_s=20.0), CLOCK, guards)


def _price(usage: Mapping[str, int]) -> Amount:
    fresh = usage["prompt"] - usage["cached"] - usage["written"]
    tokens = {"fresh": fresh, **{kind: usage[kind] for kind in ("cached", "written", "output")}}
    return Amount(1, usage["prompt"] + usage["output"], sum(count * PRICES[kind] for kind, count in tokens.items()))


def _absurd(random: Random, lie: str) -> dict[str, object] | None:
    counts = {"nothing": 0, "one": 1}
    if lie in counts:
        return {"prompt_tokens": counts[lie], "completion_tokens": counts[lie]}
    if lie == "missing":
        return random.choice([None, {}])
    return {"prompt_tokens": random.choice(ABSURD), "completion_tokens": random.choice(ABSURD)}


def _tear(random: Random, places: Mapping[str, BudgetPlace]) -> None:
    """A killed driver may leave half a line."""
    for place in places.values():
        if place.path.exists() and place.account is None and random.random() < 0.5:
            with place.path.open("ab") as file:
                file.write(b'{"holder":"job0.0.0/budget","numb')
