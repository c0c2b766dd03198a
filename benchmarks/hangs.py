"""Environments that hang, among others that are well: how long a run waits for them, and what watching costs.

python benchmarks/hangs.py [--quick] [--json]

A thousand episodes in this process, of which ten hang. Those that block everybody do so one after the other.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from goals import Goal, report

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.base.hang import Allowed, Who
from wardian.base.messages import ToolCall
from wardian.base.watchdog import Watchdog
from wardian.environments.environment import Environment
from wardian.environments.observation import Observation
from wardian.environments.packs import load_packs
from wardian.environments.supervised import SupervisedEnvironment
from wardian.models.quota import LocalQuota
from wardian.runs.local import LocalExecutor
from wardian.runs.plan import Plan
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.append(str(TESTS))

from support.packs.counter.environment import Counter  # noqa: E402  (found there)

ROOTS = (TESTS / "support" / "packs",)
TOOL_S = 2.0
WALL_S = 10.0
WAYS = {"awaits": "await something forever", "busy": "never leave a loop", "sleeps": "sleep in a call of the system"}
CALL = ToolCall(id="1", name="add")
SEEN = Observation(text="1")
ROUNDS, TIMES = 7, 50_000


class _Idle(Counter):
    """Does nothing."""

    def __init__(self) -> None:
        super().__init__(goal=0)

    async def call(self, call: ToolCall) -> Observation:
        return SEEN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three hundred episodes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    goals = [*asyncio.run(watched())]
    for way, does in WAYS.items():
        goals += asyncio.run(hung(way, does, 3 if options.quick else 10))
    report(goals, as_json=options.json)


async def watched() -> Iterator[Goal]:
    """A tool call and the digest after it, of an environment that does nothing; what a watchdog adds to it."""
    watchdog, allowed = Watchdog(), Allowed("limits.tool_s", 60.0)
    with watchdog.watching():
        plain = await _cheapest(_Idle())
        supervised = SupervisedEnvironment(_Idle, watchdog, Who("episode", "task"), allowed, allowed)
        added = await _cheapest(supervised) - plain
    return iter([Goal("watching a tool call and the digest after it", added, "µs CPU")])


async def hung(way: str, does: str, repeats: int) -> Iterator[Goal]:
    """One of a hundred tasks hangs; from the last result of the others to the end."""
    job = JobSpec.model_validate(
        {
            "name": "hangs",
            "environments": [{"pack": "hanging", "knobs": {"well": 99}, "tasks": [f"{way}-1", *_well()]}],
            "agents": [{"kind": "reference"}],
            "limits": {"tool_s": TOOL_S, "wall_s": WALL_S},
            "repeats": repeats,
        }
    )
    ended: dict[str, float] = {}
    missing: set[str] = set()

    async def deliver(finished: Finished) -> None:
        result = finished.result
        ended[result.episode] = time.monotonic()
        if result.again or result.values.get("success") != 1.0:
            missing.add(result.episode)

    begun = time.monotonic()
    async with open_play(WorkOrder(job=job, roots=ROOTS), LocalQuota({}, SystemClock()), {}) as play:
        await LocalExecutor(play, 64).play_all(Plan(job, load_packs(job, ROOTS)), deliver)
    over = time.monotonic()
    rest = max(at for key, at in ended.items() if key not in missing)
    return iter(
        [
            Goal(f"{len(missing)} of {len(ended):,} {does}: the run", over - begun, "s"),
            Goal("… from the last of the others to its end", over - rest, "s", WALL_S + 10.0),
            Goal("… episodes without a score", len(missing), "", repeats),
        ]
    )


def _well() -> Iterator[str]:
    return (f"well-{number + 1}" for number in range(99))


async def _cheapest(environment: Environment) -> float:
    """Microseconds of CPU for a call and a digest, the best of some rounds."""
    return min([await _timed(environment.call, environment.digest) for _ in range(ROUNDS)])


async def _timed(call: Callable[[ToolCall], Awaitable[object]], digest: Callable[[], str]) -> float:
    begun = time.process_time()
    for _ in range(TIMES):
        await call(CALL)
        digest()
    return (time.process_time() - begun) / TIMES * 1e6


if __name__ == "__main__":
    main()
