"""What a coordinator, a broker and a manifest cost for each operation: what 1,000 machines and a million episodes mean.

    python benchmarks/coordinator.py [--quick] [--json]

CPU of one process, no Ray: the same classes, fed with messages as workers send them.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from goals import Goal, report

from wardian.base.store import Place
from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef
from wardian.models.leases import Ask, Borrower, LaneAsk
from wardian.models.ledger import RateLimit
from wardian.models.lender import Lender
from wardian.reports.leaderboard import Leaderboard
from wardian.runs.folder_store import FolderStore
from wardian.runs.journal import Journal, manifest_logs, read_journal
from wardian.runs.keys import Keys
from wardian.runs.leases.coordinator import Coordinator
from wardian.runs.leases.orders import Order, Report
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result

METRICS = {f"metric_{number}": 0.5 for number in range(12)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the episodes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    number = 5_000 if options.quick else 100_000
    report(
        [*asyncio.run(_kept(number)), *coordinator(number, workers=100), *broker(), *board(number)],
        as_json=options.json,
    )


async def _kept(episodes: int) -> list[Goal]:
    return [goal async for goal in manifest(episodes)]


def spec(number: int) -> EpisodeSpec:
    world = EnvironmentRef(name="retail", pack="retail", version="1", digest="0123456789abcdef")
    agent = AgentRef(name="careful", digest="0123456789abcdef", model="mini", prompt="careful")
    return EpisodeSpec(environment=world, task=TaskRef(id=f"t{number}", template="t"), agent=agent, seed=number)


def finished(of: EpisodeSpec) -> Finished:
    result = Result(
        arm=of.agent.name,
        environment="retail",
        task=of.task.id,
        seed=of.seed,
        repeat=0,
        values={"success": 1.0, **METRICS},
        cost_usd=0.01,
        spent_usd=0.01,
        model="mini",
        prompt="careful",
        episode=of.key,
        calls=10,
        tokens=30_000,
        environment_digest="0123456789abcdef",
        arm_digest="0123456789abcdef",
    )
    return Finished(result, Place("results/000001-01234567.log", of.seed, 20_000))


def coordinator(episodes: int, workers: int) -> Iterator[Goal]:
    """From the order to the result taken, with all that is read and written on the coordinator's side of the wire."""
    plan = Coordinator(map(spec, range(episodes)), epoch=1)
    lanes = [plan.join(f"worker-{number}", 256) for number in range(workers)]
    spent, exchanges, reports = 0.0, 0, dict.fromkeys(lanes, 0)
    while not plan.over:
        for lane in lanes:
            begun = time.process_time()
            order = plan.order(lane).model_dump_json()
            spent += time.process_time() - begun
            reports[lane] += 1
            played = tuple(finished(lease.spec) for lease in Order.model_validate_json(order).leases)
            answer = Report(number=reports[lane], finished=played).model_dump_json().encode()
            begun = time.process_time()
            for each in plan.hear(lane, Report.model_validate_json(answer)):
                plan.took(lane, each)
            spent += time.process_time() - begun
            exchanges += 1
    yield Goal("coordinator, CPU of an episode, read and written", 1e6 * spent / episodes, "us")
    idle = plan.join("idle", 256)
    begun = time.process_time()
    for number in range(1, 2_001):
        plan.order(idle).model_dump_json()
        plan.hear(idle, Report.model_validate_json(Report(number=number).model_dump_json()))
    yield Goal(
        "coordinator, CPU of an exchange in which nothing happens", 1e6 * (time.process_time() - begun) / 2_000, "us"
    )


async def manifest(episodes: int) -> AsyncIterator[Goal]:
    """Lines written, read, and what is kept of them in memory."""
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        journal = Journal(store)
        lines = [finished(spec(number)) for number in range(episodes)]
        begun = time.process_time()
        for line in lines:
            await journal.write(line)
        yield Goal("manifest, CPU of a line written", 1e6 * (time.process_time() - begun) / episodes, "us")
        await journal.close()
        size = sum(place.length for log in manifest_logs(store) for place, _ in store.entries(log))
        yield Goal("manifest, bytes of a line", size / episodes, "B")
        begun = time.process_time()
        keys = Keys(line.result.episode for line in read_journal(store))
        yield Goal("resume, CPU of a line read", 1e6 * (time.process_time() - begun) / len(keys), "us")


def broker() -> Iterator[Goal]:
    """One exchange of one worker about one lane."""
    lender, exchanges = Lender(), 3_000
    workers = [Borrower(worker=f"w{number}", job="j") for number in range(1_000)]
    asks = [
        LaneAsk(lane="m", limit=RateLimit(rpm=600_000), requests=50, tokens=50_000, used_requests=5, used_tokens=5_000)
    ]
    begun = time.process_time()
    for number in range(exchanges):
        ask = Ask(number=number // len(workers), lanes=asks)
        lender.exchange(workers[number % len(workers)], Ask.model_validate_json(ask.model_dump_json()), number / 10_000)
    spent = 1e6 * (time.process_time() - begun) / exchanges
    yield Goal("broker, CPU of an exchange, 1,000 workers on one lane", spent, "us")


def board(episodes: int) -> Iterator[Goal]:
    """What intervals need: every outcome."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    leaderboard = Leaderboard()
    begun = time.process_time()
    for number in range(episodes):
        leaderboard.add(finished(spec(number)).result)
    spent = time.process_time() - begun
    kept = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    yield Goal("leaderboard, memory of an episode of a task of its own", 1_024 * kept / episodes, "B")
    yield Goal("leaderboard, CPU of an episode, made here and counted", 1e6 * spent / episodes, "us")


if __name__ == "__main__":
    main()
