import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef
from wardian.optimization.board import Board
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored

T = TypeVar("T")
RunVirtual = Callable[[Coroutine[Any, Any, T]], T]


def spec(number: int) -> EpisodeSpec:
    return EpisodeSpec(
        environment=EnvironmentRef(name="e", pack="e", version="1", digest="d"),
        task=TaskRef(id=f"t{number}", template="k"),
        agent=AgentRef(name="a", digest="a"),
        seed=number,
    )


class Second:
    """Every episode takes a second."""

    slots = 8

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._free = asyncio.Semaphore(self.slots)

    async def play(self, specs: Sequence[EpisodeSpec]) -> AsyncGenerator[Finished]:
        for each in specs:
            async with self._free:
                self.begun.append(each.task.id)
                await asyncio.sleep(1.0)
            yield Finished(Result("a", "e", each.task.id, each.seed, 0, episode=each.key))

    async def record(self, finished: Finished) -> Scored:
        raise NotImplementedError


async def _with_board(play: Callable[[Board], Coroutine[Any, Any, T]], evaluator: Second) -> T:
    async with asyncio.TaskGroup() as group:
        board = Board(evaluator, group)
        result = await play(board)
        board.close()
        return result


def test_an_episode_that_two_wait_for_is_played_once(run_virtual: RunVirtual[list[int]]) -> None:
    evaluator = Second()

    async def play(board: Board) -> list[int]:
        orders = [board.order(0).add([spec(0), spec(1)]), board.order(1).add([spec(1)])]
        return [len([done async for done in order]) for order in orders]

    assert run_virtual(_with_board(play, evaluator)) == [2, 1]
    assert sorted(evaluator.begun) == ["t0", "t1"]


def test_what_is_urgent_goes_before_what_has_waited_longer(run_virtual: RunVirtual[list[str]]) -> None:
    evaluator = Second()

    async def play(board: Board) -> list[str]:
        later = board.order(1).add(spec(number) for number in range(40))
        await asyncio.sleep(0.5)
        urgent = board.order(0).add([spec(99)])
        _ = [done async for done in urgent]
        later.close()
        return evaluator.begun

    begun = run_virtual(_with_board(play, evaluator))
    assert begun.index("t99") <= 2 * (evaluator.slots + 2)


def test_what_nobody_wants_any_more_is_not_begun(run_virtual: RunVirtual[int]) -> None:
    evaluator = Second()

    async def play(board: Board) -> int:
        order = board.order(0).add(spec(number) for number in range(40))
        await asyncio.sleep(0.5)
        order.close()
        await asyncio.sleep(60.0)
        return order.open

    assert run_virtual(_with_board(play, evaluator)) == 0
    assert len(evaluator.begun) <= evaluator.slots + 2


def test_what_was_dropped_may_be_wanted_again(run_virtual: RunVirtual[int]) -> None:
    async def play(board: Board) -> int:
        board.order(0).add([spec(0)]).close()
        return len([done async for done in board.order(0).add([spec(0)])])

    assert run_virtual(_with_board(play, Second())) == 1


def test_a_known_result_arrives_at_once(run_virtual: RunVirtual[float]) -> None:
    async def play(board: Board) -> float:
        _ = [done async for done in board.order(0).add([spec(0)])]
        before = asyncio.get_running_loop().time()
        _ = [done async for done in board.order(0).add([spec(0)])]
        return asyncio.get_running_loop().time() - before

    assert run_virtual(_with_board(play, Second())) == 0.0
