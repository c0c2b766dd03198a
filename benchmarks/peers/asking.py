"""How a client is measured: in a process of its own, against a provider that all of them meet in the same run.

Runs in the peer's virtual environment, so it knows the standard library only. It prints one JSON line.
"""

import argparse
import asyncio
import gc
import json
import os
import resource
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib.metadata import version
from random import Random
from typing import Any

PROMPT_TOKENS = (200, 600)
"""Four bytes each, drawn evenly."""
WARM_UP_S = 1.0
RARELY = (50_000, 50, 1_000)
"""The garbage collector of every client runs as rarely as in Wardian's workers (`base/memory.py`)."""
AT_ONCE = 16
"""So few, that nobody waits for the CPU that others need to make their clients."""


@dataclass(frozen=True)
class Setting:
    """What a client is told: the provider, as many calls at once, the limits of its key, and a timeout or none."""

    url: str
    connections: int = 1
    timeout_s: float | None = None
    key: str = "none"
    rpm: int = 0
    tpm: int = 0


Ask = Callable[[str, str], Awaitable[Any]]
"""Ask a model a text; what the library returns."""


@dataclass(frozen=True)
class Peer:
    """A client as it comes.

    Args:
        package: what it is called where packages come from.
        opened: a client for a setting; everything that the setting does not name stays as it is by default.
        said: the message in what the library returned; raises whatever it raises when there is none.
        typed: the errors that the library names as its own.
    """

    package: str
    opened: Callable[[Setting], AbstractAsyncContextManager[Ask]]
    said: Callable[[Any], Any]
    typed: tuple[type[BaseException], ...] = ()


def main(peer: Peer) -> None:
    """Take the measure that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("url")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--rpm", type=int, default=0)
    parser.add_argument("--tpm", type=int, default=0)
    parser.add_argument("--models", nargs="*", default=[])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    options = parser.parse_args()
    measured = asyncio.run(MEASURES[options.measure](peer, options))
    print(json.dumps({"version": version(peer.package), **measured}), flush=True)
    os._exit(0)  # some libraries leave threads behind that nobody ends


async def crowd(peer: Peer, options: argparse.Namespace) -> dict[str, Any]:
    """Agents that ask again and again: how many calls were answered, how many were given up, and the CPU that took."""
    setting = Setting(options.url, options.connections, options.timeout, rpm=options.rpm, tpm=options.tpm)
    counts: Counter[str] = Counter()
    lost: Counter[str] = Counter()

    async def agent(number: int, ask: Ask) -> None:
        random = Random(number)
        while True:
            try:
                peer.said(await ask("m", "x" * 4 * random.randrange(*PROMPT_TOKENS)))
                counts["answered"] += 1
            except Exception as error:  # noqa: BLE001  (a call is lost, whatever the library raises)
                lost[type(error).__name__] += 1

    async with peer.opened(setting) as ask:
        begun = time.process_time()
        tasks = [asyncio.create_task(agent(number, ask)) for number in range(options.connections)]
        await asyncio.wait(tasks, timeout=options.seconds)
        for task in tasks:
            task.cancel()
        cores = (time.process_time() - begun) / options.seconds
        await asyncio.wait(tasks, timeout=5)
    return {"answered": counts["answered"], "lost": lost.total(), "errors": lost, "cores": cores}


async def cpu(peer: Peer, options: argparse.Namespace) -> dict[str, Any]:
    """CPU of one call in µs, for each round."""
    async with peer.opened(Setting(options.url, options.connections, options.timeout)) as ask:
        await _calls(peer, ask, options.connections, WARM_UP_S)
        gc.freeze()
        gc.set_threshold(*RARELY)
        rounds = []
        for _ in range(options.rounds):
            begun = time.process_time()
            calls = await _calls(peer, ask, options.connections, options.seconds)
            rounds.append(1e6 * (time.process_time() - begun) / calls)
    return {"us_a_call": rounds}


async def _calls(peer: Peer, ask: Ask, connections: int, seconds: float) -> int:
    text, done, ends_at = "Hello. " * 400, 0, time.monotonic() + seconds

    async def slot() -> None:
        nonlocal done
        while done < connections or time.monotonic() < ends_at:
            peer.said(await ask("m", text))
            done += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(slot())
    return done


async def faults(peer: Peer, options: argparse.Namespace) -> dict[str, Any]:
    """One question for each model: how it ended, and after how many seconds."""
    room = asyncio.Semaphore(AT_ONCE)
    asked = [_outcome(peer, options, model, room) for model in options.models]
    return {"outcomes": dict(zip(options.models, await asyncio.gather(*asked), strict=True))}


async def _outcome(peer: Peer, options: argparse.Namespace, model: str, room: asyncio.Semaphore) -> tuple[str, float]:
    setting = Setting(f"{options.url}/{model}/v1", timeout_s=options.timeout, key=f"key-{model}")
    async with room, peer.opened(setting) as ask:
        begun = time.monotonic()
        kind = await _kind(peer, ask, f"fault/{model}", options.seconds)
        return kind, time.monotonic() - begun


async def _kind(peer: Peer, ask: Ask, model: str, patience_s: float) -> str:
    """Whoever is not back after `patience_s` would not come back at all."""
    try:
        async with asyncio.timeout(patience_s) as patience:
            answer = await ask(model, "hi")
    except peer.typed:
        return "typed"
    except Exception as error:  # noqa: BLE001  (an untyped error is what is looked for here)
        return "endless" if patience.expired() else f"untyped {type(error).__name__}"
    try:
        peer.said(answer)
    except Exception as error:  # noqa: BLE001  (there is no answer in it, whatever that raises)
        return f"passed on {type(error).__name__}"
    return "answer"


MEASURES = {"crowd": crowd, "cpu": cpu, "faults": faults}
