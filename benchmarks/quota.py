"""How much of a provider's rate limit is used, and how many 429s that costs, on virtual time.

python benchmarks/quota.py [--quick] [--json] [--only one,burst,eight,drop,jobs,unknown] [--peers [--venvs DIR]]

--peers adds other clients and ours in real time, over HTTP to a provider in a process of its own (a minute each); what
is not here is installed, not in this environment but each in one of its own. `--only peers` plays nothing else.

The provider allows 6,000 requests a minute; its limit on tokens binds at 80 % of them. Everything between the agents
and the provider is what a run uses: client, retry layer, quota, lender; only network and time are replaced.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from clockwork import VirtualTimeLoop
from goals import Goal, report
from limited_provider import LimitedProvider, Terms
from quota_peers import peers
from venvs import CACHE, outside

from wardian.base.clients import ModelClient, Quota
from wardian.base.clock import SystemClock
from wardian.base.errors import ModelError
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Request
from wardian.models.chat import ChatClient
from wardian.models.endpoint import Endpoint
from wardian.models.lanes import LanePlace
from wardian.models.leases import Ask, Borrower, Grant
from wardian.models.ledger import RateLimit
from wardian.models.lender import Lender
from wardian.models.quota import LeasedQuota, LocalQuota
from wardian.models.rate_headers import ListeningWire
from wardian.models.retry import RetryingClient, RetryPolicy

CLOCK = SystemClock()
ENDPOINT = Endpoint(url="http://provider/v1", model="m")
KNOWN, UNKNOWN = RateLimit(rpm=6_000, tpm=2_400_000), RateLimit()
RPC_S = 0.005
PROMPTS = [4 * random_stream("prompt", number).randrange(200, 600) for number in range(64)]


@dataclass(frozen=True)
class Crowd:
    """Agents of one job that ask again and again, spread over some workers."""

    job: str = "job"
    workers: int = 1
    agents: int = 400
    weight: float = 1.0


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    provider: LimitedProvider
    seconds: float
    lost: int

    def used(self, start: float = 0.0, spare_s: float = 0.0) -> float:
        """Per cent of the tokens that the provider allowed, `spare_s` seconds' worth of burst included."""
        terms = self.provider.terms
        steps = int((self.seconds - start) * 10)
        allowed = sum(terms.part(start + step / 10) for step in range(steps)) / 10 + spare_s
        return 100 * self.provider.tokens(start, self.seconds).total() / (allowed * terms.tpm / 60)

    @property
    def refused(self) -> float:
        """429s among 100 requests."""
        return 100 * self.provider.refused / (self.provider.refused + len(self.provider.answered))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="shorter runs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="one,burst,eight,drop,jobs,unknown")
    parser.add_argument("--peers", action="store_true", help="compare with other clients, which are installed")
    parser.add_argument("--venvs", type=outside, default=CACHE, metavar="DIR", help="where the peers are kept")
    options = parser.parse_args()
    measures: dict[str, Callable[[float], Iterable[Goal]]] = {
        "one": one_process,
        "burst": burst,
        "eight": eight_workers,
        "drop": drop,
        "jobs": two_jobs,
        "unknown": unknown,
        "peers": lambda seconds: peers(options.venvs, seconds=min(seconds, 75.0), quiet=options.json),
    }
    seconds = 90.0 if options.quick else 300.0
    names = dict.fromkeys([*options.only.split(","), *(["peers"] if options.peers else [])])
    report([goal for name in names for goal in measures[name](seconds)], as_json=options.json)


def one_process(seconds: float) -> Iterator[Goal]:
    """Limits and headers known, nobody else uses the key."""
    yield from _figures("one process", run(Terms(), KNOWN, [Crowd()], seconds), 99.0, 0.1)


def burst(seconds: float) -> Iterator[Goal]:
    """The provider lets ten seconds' worth through at once: a minute's run could use seventy seconds' worth."""
    for name, workers, refused in (("one process", 1, 0.1), ("8 workers", 8, 0.5)):
        outcome = run(Terms(burst_s=10.0), KNOWN, [Crowd(workers=workers, agents=1_600)], 60.0)
        yield Goal(
            f"{name}, 10 s burst, first minute: limit and burst used", outcome.used(spare_s=10.0), "%", 97.0, "at least"
        )
        yield Goal(f"{name}, 10 s burst, first minute: 429s", outcome.refused, "%", refused)


def eight_workers(seconds: float) -> Iterator[Goal]:
    """One job on eight workers."""
    yield from _figures("8 workers", run(Terms(), KNOWN, [Crowd(workers=8)], seconds), 97.0, 0.5)


def drop(seconds: float) -> Iterator[Goal]:
    """The limit is 40 % for a third of the time."""

    def part(now: float) -> float:
        return 0.4 if seconds / 3 <= now < 2 * seconds / 3 else 1.0

    crowd = [Crowd(workers=8)]
    yield from _figures("8 workers, limit drops to 40 %", run(Terms(part=part), KNOWN, crowd, seconds), 97.0, 0.5)
    silent = run(Terms(part=part, headers=False), KNOWN, crowd, seconds)
    yield from _figures("the same, no headers but Retry-After", silent)


def two_jobs(seconds: float) -> Iterator[Goal]:
    """A large job and a small one under one key."""
    outcome = run(Terms(), KNOWN, [Crowd("large", workers=7, agents=700), Crowd("small", agents=150)], seconds)
    yield from _figures("two jobs, 7 workers and 1", outcome, 97.0, 0.5)
    used = outcome.provider.tokens(10.0, seconds)
    share = 100 * used["Bearer small"] / used.total()
    yield Goal("two jobs, 7 workers and 1: share of the small one", share, "%", 45.0, "at least")
    yield Goal("two jobs, 7 workers and 1: share of the small one", share, "%", 55.0)
    weighted = [Crowd("heavy", workers=4, weight=3.0), Crowd("light", workers=4)]
    used = run(Terms(), KNOWN, weighted, seconds).provider.tokens(10.0, seconds)
    yield Goal("two jobs of weights 3 and 1: share of the heavy one", 100 * used["Bearer heavy"] / used.total(), "%")


def unknown(seconds: float) -> Iterator[Goal]:
    """Nobody says what the limit is, or only the headers do."""
    told = run(Terms(), UNKNOWN, [Crowd(workers=8)], seconds)
    yield from _figures("8 workers, limits only in headers", told)
    silent = run(Terms(headers=False, retry_after=False), UNKNOWN, [Crowd(workers=8)], seconds)
    yield from _figures("8 workers, limits found out from 429s alone", silent)


def _figures(name: str, outcome: Outcome, used: float | None = None, refused: float | None = None) -> Iterator[Goal]:
    yield Goal(f"{name}: limit used", outcome.used(10.0), "%", used, "at least")
    yield Goal(f"{name}: 429s among all requests", outcome.refused, "%", refused)
    if outcome.lost:
        yield Goal(f"{name}: calls lost", float(outcome.lost), "", 0.0)


def run(terms: Terms, limit: RateLimit, crowds: list[Crowd], seconds: float) -> Outcome:
    """Let all crowds ask for `seconds` of virtual time."""
    provider = LimitedProvider(terms)
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return Outcome(provider, seconds, runner.run(_play(provider, limit, crowds, seconds)))


async def _play(provider: LimitedProvider, limit: RateLimit, crowds: list[Crowd], seconds: float) -> int:
    lender, lost = Lender(), [0]
    alone = sum(crowd.workers for crowd in crowds) == 1
    async with asyncio.timeout(seconds + 1), asyncio.TaskGroup() as group:
        for crowd in crowds:
            for worker in range(crowd.workers):
                who = Borrower(worker=f"{crowd.job}/{worker}", job=crowd.job, weight=crowd.weight)
                quota = LocalQuota({"m": limit}, CLOCK) if alone else _leased(lender, who, limit)
                client = _client(provider, quota, crowd.job)
                for agent in range(crowd.agents // crowd.workers):
                    group.create_task(_agent(client, worker * 1_000 + agent, seconds, lost))
    return lost[0]


def _leased(lender: Lender, who: Borrower, limit: RateLimit) -> LeasedQuota:
    async def exchange(ask: Ask) -> Grant:
        await asyncio.sleep(RPC_S)
        grant = lender.exchange(who, ask, CLOCK.monotonic())
        await asyncio.sleep(RPC_S)
        return grant

    return LeasedQuota(exchange, lambda model: LanePlace(lane="lane", limit=limit), CLOCK)


def _client(provider: LimitedProvider, quota: Quota, job: str) -> ModelClient:
    chat = ChatClient("m", ENDPOINT, ListeningWire(provider, "m", quota, CLOCK), key=job)
    return RetryingClient(chat, quota, RetryPolicy(), CLOCK)


async def _agent(client: ModelClient, number: int, seconds: float, lost: list[int]) -> None:
    turn = number
    while CLOCK.monotonic() < seconds:
        turn += 1
        text = "x" * PROMPTS[turn % len(PROMPTS)]
        try:
            async with asyncio.timeout_at(seconds):
                await client.complete(Request(model="m", messages=(Message(role="user", content=text),)))
        except ModelError:
            lost[0] += 1
        except TimeoutError:
            return


if __name__ == "__main__":
    main()
