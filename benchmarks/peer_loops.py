"""What a turn costs in other agent frameworks, as they come: the same world, provider and number of episodes.

Each peer plays in a process and a virtual environment of its own (`peers/*_loop.py`); Wardian plays the same
before and after it, for both to have had the same machine. What else a turn's share of an episode pays for
differs: Wardian scores and records every episode, Inspect AI logs it, the others do neither.

verifiers is left out: it runs every rollout as a program in a process of its own, so there is no playing process
whose CPU could be compared.
"""

import asyncio
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from goals import Goal
from venvs import InstallFailed, python_with
from worlds import CONCURRENT, HERE, job_of, ordered, plan_of

from wardian.assembly import WorkOrder, open_play
from wardian.base.clock import SystemClock
from wardian.base.memory import collect_rarely
from wardian.models.quota import LocalQuota
from wardian.output import open_store
from wardian.runs.executor import Play
from wardian.runs.journal import encoded
from wardian.runs.local import LocalExecutor
from wardian.runs.records import Records
from wardian.scoring.finished import Finished

CALLS = 5
OUR_ROUNDS = 4
"""Before and after each peer; ours are short."""


@dataclass(frozen=True)
class Peer:
    """A framework: the packages that it is installed by, its own first, and the script that plays with it."""

    packages: Sequence[str]
    script: str
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As it is called on the package index."""
        return self.packages[0].partition("[")[0]


PEERS = (
    Peer(("inspect-ai", "openai"), "inspect_ai_loop.py", {"INSPECT_DISPLAY": "none"}),
    Peer(("openai-agents",), "openai_agents_loop.py"),
    Peer(("pydantic-ai-slim[openai]",), "pydantic_ai_loop.py"),
)


@dataclass(frozen=True)
class Load:
    """How much each of them plays."""

    episodes: int
    rounds: int


def peer_goals(load: Load, venvs: Path) -> list[Goal]:
    """CPU of a turn in each peer that can be installed, and relative to ours."""
    return asyncio.run(_compared(load, list(_installed(venvs))))


def _installed(venvs: Path) -> Iterator[tuple[Peer, Path]]:
    for peer in PEERS:
        try:
            yield peer, python_with(peer.packages, venvs / peer.name)
        except InstallFailed as failure:
            print(f"{peer.name} is left out, it could not be installed: {failure}", file=sys.stderr)


async def _compared(load: Load, pythons: Sequence[tuple[Peer, Path]]) -> list[Goal]:
    job = job_of({"pack": "turns", "knobs": {"tasks": load.episodes, "calls": CALLS - 1}}, {"accuracy": 1.0})
    goals: list[Goal] = []
    async with ordered(job) as order, open_play(order, LocalQuota({}, SystemClock()), {}) as play:
        collect_rarely()
        await _ours(order, play)
        for peer, python in pythons:
            before = [await _ours(order, play) for _ in range(OUR_ROUNDS)]
            name, theirs = await _theirs(peer, python, f"{order.servers['sim'].url}/v1", load)
            after = [await _ours(order, play) for _ in range(OUR_ROUNDS)]
            ours = statistics.median([*before, *after])
            goals.append(Goal(f"CPU a turn in {name}, same world and provider", theirs, "ms"))
            goals.append(Goal(f"that, relative to ours around it ({ours:.2f} ms)", theirs / ours, "x"))
    gc.unfreeze()
    return goals


async def _ours(order: WorkOrder, play: Play) -> float:
    """CPU of one of our turns in ms."""
    calls = solved = 0
    records = Records(open_store(order.store, {}))

    async def keep(finished: Finished) -> None:
        nonlocal calls, solved
        calls += finished.result.calls
        solved += finished.result.values.get("success") == 1.0
        encoded(await records.put(finished))  # what a worker writes down, and what travels to the driver

    plan = plan_of(order.job)
    begun = time.process_time()
    await LocalExecutor(play, CONCURRENT).play_all(plan, keep)
    seconds = time.process_time() - begun
    await records.close()
    _check("wardian", calls, solved, len(plan))
    return 1_000 * seconds / calls


async def _theirs(peer: Peer, python: Path, url: str, load: Load) -> tuple[str, float]:
    """The peer's name and version; CPU of one of its turns in ms."""
    words = [url, f"--concurrency={CONCURRENT}", f"--episodes={load.episodes}", f"--rounds={load.rounds}"]
    process = await asyncio.create_subprocess_exec(
        python,
        HERE / "peers" / peer.script,
        *words,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **peer.environ},
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{peer.name} ended with code {process.returncode}")
    measured = json.loads(said.splitlines()[-1])
    _check(peer.name, measured["calls"], measured["solved"], load.rounds * load.episodes)
    return f"{peer.name} {measured['version']}", statistics.median(measured["ms_a_turn"])


def _check(name: str, calls: int, solved: int, episodes: int) -> None:
    """Whoever has not played everything to the end has nothing to be compared by."""
    if (calls, solved) != (CALLS * episodes, episodes):
        raise AssertionError(f"{name}: {solved} of {episodes} episodes solved, {calls} calls of {CALLS * episodes}")
