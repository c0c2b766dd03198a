"""A worker that was given up hears an answer after others have asked the same again."""

import pytest
from support.memory_store import MemoryStore
from support.specs import episode_spec

from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request
from wardian.episodes.record import Episode
from wardian.models.recorded import Answered
from wardian.runs.steps.journal import CallJournal
from wardian.runs.steps.steps import Steps
from wardian.runs.steps.tape import Tape

SPEC = episode_spec()
USER = Message(role="user", content="?")


class Hours:
    """A clock that a test turns."""

    def __init__(self, now: float) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        raise AssertionError


class Nobody:
    name = "m"

    async def complete(self, request: Request) -> Completion:
        raise AssertionError("nobody is to be asked")


def question(turn: int, *before: str) -> Request:
    """What is asked in this turn, after these answers."""
    said = (USER, *(message for words in before for message in (answer(words).message, USER)))
    return Request(model="m", messages=said, origin=Origin(episode=SPEC.key, task="t", path=f"t{turn}/agent"))


def answer(words: str) -> Completion:
    return Completion(message=Message(role="assistant", content=words), finish="stop", model="m")


async def recorded(store: MemoryStore, at: float, *turns: tuple[int, tuple[str, ...], str]) -> CallJournal:
    """What one worker wrote down, which asked at that time."""
    journal = CallJournal(store)
    tape = Tape(SPEC.key, Hours(at), journal.write)
    for turn, before, words in turns:
        step = tape.step(question(turn, *before), f"t{turn}/agent", "m")
        await journal.write([(step, Answered(completion=answer(words)))])
    return journal


@pytest.mark.parametrize("late_log_last", [True, False])
async def test_the_episode_goes_on_as_it_went_on(late_log_last: bool) -> None:
    store = MemoryStore()
    late = (5.0, (1, (), "late"))
    other = (9.0, (1, (), "one"), (2, ("one",), "two"))
    for at, *turns in (other, late) if late_log_last else (late, other):
        await recorded(store, at, *turns)
    steps = Steps(store, Hours(20.0))
    client = steps.client(Nobody())

    async def play() -> Episode:
        first = await client.complete(question(1))
        second = await client.complete(question(2, first.message.content))
        assert [first.message.content, second.message.content] == ["one", "two"]
        return Episode(spec=SPEC, events=(), stop="finished")

    assert (await steps.played(SPEC.key, play)).attempt == 1
