"""A simulated evaluator keeps what it promises: slots, order of waiting, each episode once."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from wardian.base.completion import Completion
from wardian.base.messages import Message
from wardian.base.virtual_time import VirtualTimeLoop
from wardian.episodes.record import EpisodeSpec
from wardian.optimization.ground import Ground
from wardian.optimization.selfcheck.ledger import Ledger, LedgerFile
from wardian.optimization.selfcheck.loop_clock import LoopClock
from wardian.optimization.selfcheck.luck import Luck
from wardian.optimization.selfcheck.player import WorldPlayer
from wardian.optimization.selfcheck.traits import CHAMPION
from wardian.optimization.selfcheck.world import AGENT, Storm, World

WORLD = World(seed=3)
GROUND = Ground(seed=9, agent=AGENT, champion=CHAMPION, search=WORLD.places, gate=WORLD.places, reuse={})


def specs(count: int, namespace: str = "search") -> list[EpisodeSpec]:
    return [GROUND.spec(CHAMPION, "arm", GROUND.search[number], namespace, number) for number in range(count)]


def player(slots: int = 4, ledger: Ledger | None = None, world: World = WORLD) -> WorldPlayer:
    return WorldPlayer(Luck(world), LoopClock(), slots, ledger)


def virtually(main: Callable[[], Awaitable[None]]) -> None:
    async def awaited() -> None:
        await main()

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(awaited())


def test_every_episode_has_a_result_and_slots_are_in_use() -> None:
    async def main() -> None:
        playing = player()
        keys = [finished.result.episode async for finished in playing.play(specs(100))]
        assert sorted(keys) == sorted(spec.key for spec in specs(100))
        assert keys != [spec.key for spec in specs(100)]
        assert playing.busy_s / 4 > 0.7 * asyncio.get_running_loop().time()

    virtually(main)


def test_what_was_played_is_given_at_once() -> None:
    async def main() -> None:
        playing = player()
        first = {f.result.episode: f.result async for f in playing.play(specs(20))}
        before = asyncio.get_running_loop().time()
        again = {f.result.episode: f.result async for f in playing.play(specs(20))}
        assert again == first
        assert asyncio.get_running_loop().time() == before
        assert playing.played == 20

    virtually(main)


def test_who_closes_takes_back_what_has_not_begun() -> None:
    async def main() -> None:
        playing = player()
        results = playing.play(specs(50))
        await anext(results)
        await results.aclose()
        assert len([f async for f in playing.play(specs(10, "audit"))]) == 10
        assert playing.played < 20

    virtually(main)


def test_two_who_ask_for_one_episode_get_it_once_each() -> None:
    async def main() -> None:
        playing = player()

        async def ask() -> int:
            return len([f async for f in playing.play(specs(10))])

        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(ask()) for _ in range(2)]
        assert [task.result() for task in asked] == [10, 10]
        assert playing.played == 10

    virtually(main)


def test_a_record_says_what_the_result_says() -> None:
    async def main() -> None:
        playing = player(world=WORLD.model_copy(update={"storm": Storm(share=0.3, champion=True)}))
        async for finished in playing.play(specs(60)):
            scored = await playing.record(finished)
            assert scored.episode.missing == (finished.result.missing is not None)
            assert scored.value("success") == finished.result.values.get("success")

    virtually(main)


def test_a_ledger_on_the_disk_gives_back_what_it_took(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    answer = Completion(message=Message(role="assistant", content="Ask first."), finish="stop", model="sim")

    async def main() -> None:
        ledger = LedgerFile(path)
        first = {f.result.episode: f.result async for f in player(ledger=ledger).play(specs(12))}
        await ledger.put("key", answer)
        ledger.close()
        with path.open("a") as file:
            file.write('{"episode": {"arm"')
        again = LedgerFile(path)
        assert again.results == first
        assert await again.get("key") == answer
        playing = player(ledger=again)
        assert len([f async for f in playing.play(specs(12))]) == 12
        assert (playing.played, again.lines) == (0, 0)
        again.close()

    virtually(main)
