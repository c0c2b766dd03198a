"""How a peer is measured: in a process of its own, in the same world and with the same provider as Wardian.

Runs in the peer's virtual environment, so it knows the standard library only. It prints one JSON line.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

QUESTION = "Take 4 steps."
STEPS = 4


@dataclass
class World:
    """What an episode of the pack `turns` is about: a count."""

    done: int = 0

    def step(self) -> str:
        """Count."""
        self.done += 1
        return str(self.done)


@dataclass(frozen=True)
class Outcome:
    """How an episode ended; `calls` as the peer itself has counted them."""

    calls: int
    steps: int
    text: str


@dataclass(frozen=True)
class Load:
    """What there is to play, and where the provider answers."""

    url: str
    concurrency: int
    episodes: int
    rounds: int

    def headers(self, episode: int) -> dict[str, str]:
        """By these the simulated provider knows the script."""
        return {"x-wardian-task": f"turns/t{episode}", "x-wardian-episode": f"e{episode}"}


@dataclass
class Measured:
    """CPU of each round in ms a turn, and what shows that the turns were really played."""

    version: str
    calls: int = 0
    solved: int = 0
    ms_a_turn: list[float] = field(default_factory=list)


Player = Callable[[Load, range], Awaitable[Sequence[Outcome]]]


def main(package: str, play: Player) -> None:
    """Warm up, play the rounds, print what they cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    for name in ("concurrency", "episodes", "rounds"):
        parser.add_argument(f"--{name}", type=int, required=True)
    load = Load(**vars(parser.parse_args()))
    print(json.dumps(vars(asyncio.run(_measured(package, play, load)))))


async def _measured(package: str, play: Player, load: Load) -> Measured:
    measured = Measured(version(package))
    await play(load, range(load.concurrency))
    for _ in range(load.rounds):
        begun = time.process_time()
        outcomes = await play(load, range(load.episodes))
        seconds = time.process_time() - begun
        calls = sum(outcome.calls for outcome in outcomes)
        measured.ms_a_turn.append(1_000 * seconds / max(1, calls))
        measured.calls += calls
        measured.solved += sum(outcome.steps == STEPS and outcome.text == "Done." for outcome in outcomes)
    return measured


async def side_by_side(
    play: Callable[[int], Awaitable[Outcome]], episodes: Iterable[int], concurrency: int
) -> list[Outcome]:
    """Play `episodes`, `concurrency` at a time."""
    waiting, outcomes = iter(episodes), list[Outcome]()

    async def slot() -> None:
        for episode in waiting:
            outcomes.append(await play(episode))

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(slot())
    return outcomes
