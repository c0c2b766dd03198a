"""The local executor: bounded, lazy, complete."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from support.specs import episode_spec, scored

from wardian.episodes.record import EpisodeSpec
from wardian.runs.local import LocalExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

Run = Callable[[Any], Any]


class Player:
    """Plays an episode of seed n in n seconds and remembers how many ran at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def __call__(self, spec: EpisodeSpec) -> Scored:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(spec.seed)
        self.now -= 1
        return scored(spec)


def test_all_results_in_completion_order(run_virtual: Run) -> None:
    player, delivered = Player(), list[int]()

    async def deliver(finished: Finished) -> None:
        delivered.append(finished.result.seed)

    specs = [episode_spec(seed=seed) for seed in (5, 1, 3, 2)]
    run_virtual(LocalExecutor(player, 2).play_all(specs, deliver))
    assert delivered == [1, 3, 5, 2]
    assert player.most == 2


def test_the_plan_is_pulled_only_when_a_slot_is_free(run_virtual: Run) -> None:
    """A sink that takes no more holds everything back."""
    pulled: list[int] = []

    def specs() -> Iterator[EpisodeSpec]:
        for seed in range(1, 100):
            pulled.append(seed)
            yield episode_spec(seed=seed)

    async def stuck(finished: Finished) -> None:
        await asyncio.sleep(1e6)

    async def main() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(LocalExecutor(Player(), 3).play_all(specs(), stuck), 1000)

    run_virtual(main())
    assert len(pulled) == 3
