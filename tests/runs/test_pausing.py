"""What pauses a run, what is delivered before, and how soon it is over."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest
from support.specs import scored

from wardian.base.errors import Cause, Failure, StoreError
from wardian.episodes.record import AgentRef, EnvironmentRef, Episode, EpisodeSpec, TaskRef
from wardian.runs.executor import Play
from wardian.runs.local import LocalExecutor
from wardian.runs.pausing import GRACE_S, MOST_HELD, PausingExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result
from wardian.scoring.score import Scored

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]


def spec(number: int, model: str = "m") -> EpisodeSpec:
    world = EnvironmentRef(name="counter", pack="counter", version="1", digest="d1")
    task = TaskRef(id=f"count-{number}", template="count")
    return EpisodeSpec(environment=world, task=task, agent=AgentRef(name=model, digest="a", model=model), seed=number)


def failed(of: EpisodeSpec, kind: str, *, lasting: bool = False, cause: Cause = "provider") -> Scored:
    failure = Failure(cause=cause, kind=kind, message=f"no: {kind}", lasting=lasting)
    return Scored(episode=Episode(spec=of, events=(), stop="failed", failure=failure))


class Played:
    """A run under a `PausingExecutor`: what was begun, what was delivered, when it ended."""

    def __init__(self, play: Play, *, at_once: int = 4, fresh: bool = True) -> None:
        self.begun: list[int] = []
        self.delivered: list[Result] = []
        self.deliver_s = 0.0
        self.cut_in_a_delivery = 0
        self._play = play
        self.executor = PausingExecutor(LocalExecutor(self._noted, at_once), fresh=fresh)

    async def of(self, specs: Iterable[EpisodeSpec]) -> float:
        await self.executor.play_all(specs, self._deliver)
        return asyncio.get_running_loop().time()

    @property
    def failures(self) -> list[str]:
        return [each.failure.kind for each in self.delivered if each.failure]

    @property
    def reason(self) -> str | None:
        return None if self.executor.pause is None else self.executor.pause.reason

    async def _noted(self, of: EpisodeSpec) -> Scored:
        self.begun.append(of.seed)
        return await self._play(of)

    async def _deliver(self, finished: Finished) -> None:
        try:
            await asyncio.sleep(self.deliver_s)
        except asyncio.CancelledError:
            self.cut_in_a_delivery += 1
            raise
        self.delivered.append(finished.result)


def failing_from(first: int, kind: str, *, cause: Cause = "provider", slow_s: float = 1e6) -> Play:
    """Episodes take a second; number `first` fails for good, those after it hang."""

    async def play(of: EpisodeSpec) -> Scored:
        await asyncio.sleep(1.0 if of.seed <= first else slow_s)
        return scored(of) if of.seed < first else failed(of, kind, lasting=True, cause=cause)

    return play


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("quota_exhausted", "quota"),
        ("auth", "auth"),
        ("rate_limited", "rate_limit"),
        ("connection", "outage"),
        ("not_found", "config"),
        ("disk", "disk"),
    ],
)
def test_what_no_waiting_mends_pauses_at_once(run_virtual: RunVirtual, kind: str, reason: str) -> None:
    played = Played(failing_from(6, kind))
    ended = run_virtual(played.of(spec(number) for number in range(10_000)))
    assert played.reason == reason
    assert ended <= 2.0 + GRACE_S
    assert len(played.begun) <= 6 + 4
    assert sorted(each.seed for each in played.delivered) == list(range(6))


def test_a_budget_lets_what_is_in_flight_end(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        await asyncio.sleep(1.0 if of.seed == 0 else 60.0)
        return failed(of, "budget", lasting=True, cause="budget") if of.seed in (0, 2) else scored(of)

    played = Played(play)
    assert run_virtual(played.of(map(spec, range(100)))) == 60.0
    assert played.reason == "budget"
    assert played.begun == [0, 1, 2, 3]
    assert [each.seed for each in played.delivered] == [1, 3]


def test_results_that_are_on_their_way_are_kept(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        await asyncio.sleep(1.0 + 0.3 * of.seed)
        return failed(of, "quota_exhausted", lasting=True) if of.seed == 0 else scored(of)

    played = Played(play)
    run_virtual(played.of(map(spec, range(100))))
    assert [each.seed for each in played.delivered] == [1, 2, 3]


def test_no_delivery_is_cut_in_the_middle(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        await asyncio.sleep(0.9 + 0.1 * (of.seed > 0))
        return failed(of, "auth", lasting=True) if of.seed == 0 else scored(of)

    played = Played(play)
    played.deliver_s = 1.5
    ended = run_virtual(played.of(map(spec, range(100))))
    assert played.cut_in_a_delivery == 0
    assert len(played.delivered) == 3
    assert ended == pytest.approx(1.0 + 1.5, abs=0.1)


def test_failures_before_the_pause_are_not_delivered(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        return failed(of, "connection", lasting=of.seed == 20)

    played = Played(play, at_once=1)
    run_virtual(played.of(map(spec, range(100))))
    assert played.reason == "outage"
    assert not played.delivered


def test_an_answer_of_the_same_model_releases_them(run_virtual: RunVirtual) -> None:
    models = ["a", "a", "b", "a", "a"]

    async def play(of: EpisodeSpec) -> Scored:
        return scored(of) if of.seed == 3 else failed(of, "connection", lasting=of.seed == 4)

    played = Played(play, at_once=1)
    run_virtual(played.of(spec(number, model) for number, model in enumerate(models)))
    assert [each.seed for each in played.delivered] == [0, 1, 3]


def test_an_answer_to_what_was_sent_before_releases_nothing(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        begun = asyncio.get_running_loop().time()
        await asyncio.sleep(1.0 + of.seed)
        result = failed(of, "auth", lasting=of.seed == 2) if of.seed != 1 else scored(of)
        times = {"started_at": begun, "wall_s": asyncio.get_running_loop().time() - begun}
        return result.model_copy(update={"episode": result.episode.model_copy(update=times)})

    played = Played(play, at_once=3)
    run_virtual(played.of(map(spec, range(3))))
    assert [each.seed for each in played.delivered] == [1]


def test_failures_of_a_run_that_ends_are_delivered(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        return failed(of, "timeout")

    played = Played(play)
    run_virtual(played.of(map(spec, range(20))))
    assert played.reason is None
    assert played.failures == ["timeout"] * 20


def test_so_many_are_held_back_and_no_more(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        return failed(of, "connection", lasting=of.seed == MOST_HELD + 50)

    played = Played(play, at_once=1)
    run_virtual(played.of(map(spec, range(2 * MOST_HELD))))
    assert len(played.delivered) == 50


@pytest.mark.parametrize(("fresh", "reason", "delivered"), [(True, "config", 0), (False, None, 3)])
def test_a_few_episodes_that_are_all_refused_alike(
    run_virtual: RunVirtual, fresh: bool, reason: str | None, delivered: int
) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        return failed(of, "bad_request")

    played = Played(play, fresh=fresh)
    run_virtual(played.of(map(spec, range(3))))
    assert played.reason == reason
    assert len(played.delivered) == delivered
    if played.executor.pause is not None:
        assert played.executor.pause.line == "looks like a config error: 'm': no: bad_request"


def test_the_agent_s_own_failures_count(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        return failed(of, "context_overflow", cause="agent")

    played = Played(play)
    run_virtual(played.of(map(spec, range(3))))
    assert played.failures == ["context_overflow"] * 3


def test_a_scorer_that_lost_its_model_pauses_too(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        judge = Failure(cause="grader", kind="quota_exhausted", message="judge: 402", lasting=True)
        return scored(of).model_copy(update={"failure": judge})

    played = Played(play)
    run_virtual(played.of(map(spec, range(100))))
    assert played.reason == "quota"
    assert not played.delivered


def test_an_error_of_the_executor_comes_through_as_it_is(run_virtual: RunVirtual) -> None:
    class Broken:
        async def play_all(self, specs: object, deliver: object) -> None:
            raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        run_virtual(PausingExecutor(Broken(), fresh=True).play_all([], Played(failing_from(0, "auth"))._deliver))


class FullStore:
    """Takes so many results."""

    def __init__(self, room: int, *, seconds: float = 0.0) -> None:
        self.taken: list[int] = []
        self.returned = 0
        self._room = room
        self._seconds = seconds

    async def deliver(self, finished: Finished) -> None:
        await asyncio.sleep(self._seconds)
        if len(self.taken) >= self._room:
            raise StoreError("runs/x: the journal cannot be written: No space left on device")
        self.taken.append(finished.result.seed)


def test_a_journal_that_cannot_be_written_pauses_and_nothing_is_taken_for_delivered(run_virtual: RunVirtual) -> None:
    store, settled = FullStore(room=5), list[str]()

    async def play(of: EpisodeSpec) -> Scored:
        await asyncio.sleep(1.0)
        return scored(of)

    executor = PausingExecutor(LocalExecutor(play, 4, settled=settled.append), fresh=True)
    run_virtual(executor.play_all(map(spec, range(100)), store.deliver))
    assert executor.pause is not None
    assert executor.pause.reason == "disk"
    line = "the disk or bucket takes nothing more: runs/x: the journal cannot be written: No space left on device"
    assert executor.why == line
    assert settled == [spec(number).key for number in store.taken], "calls of the others are still needed"


def test_so_it_does_when_all_is_played_and_only_failures_are_left(run_virtual: RunVirtual) -> None:
    async def play(of: EpisodeSpec) -> Scored:
        return failed(of, "overloaded")

    executor = PausingExecutor(LocalExecutor(play, 4), fresh=True)
    run_virtual(executor.play_all(map(spec, range(3)), FullStore(room=0).deliver))
    assert executor.pause is not None
    assert executor.pause.reason == "disk"


def test_after_a_budget_a_full_disk_ends_what_is_in_flight(run_virtual: RunVirtual) -> None:
    """With a budget alone there is no hurry."""

    async def play(of: EpisodeSpec) -> Scored:
        await asyncio.sleep([0.0, 1.0, 1e6][of.seed])
        return failed(of, "budget", lasting=True) if of.seed == 0 else scored(of)

    executor = PausingExecutor(LocalExecutor(play, 3), fresh=True)

    async def ended_at() -> float:
        await executor.play_all(map(spec, range(3)), FullStore(room=0).deliver)
        return asyncio.get_running_loop().time()

    assert run_virtual(ended_at()) == pytest.approx(1.0 + GRACE_S)
    assert executor.pause is not None
    assert executor.pause.reason == "budget"
