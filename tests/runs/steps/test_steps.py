"""Durable episodes in one process: what a second process finds of a first one that is gone."""

import asyncio
import itertools
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.packs.counter.environment import Counter, add
from support.panels import fusion_of
from support.specs import episode_spec

from wardian.agents.tool_agent import ToolAgent
from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError, StoreError
from wardian.base.messages import Message, Origin, Request, ToolCall, ToolSchema
from wardian.base.store import Durability
from wardian.base.usage import CallTiming
from wardian.environments.environment import Environment
from wardian.environments.observation import Observation
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.episodes.runner import run_episode
from wardian.models.cache import RecordingClient
from wardian.models.reply_key import ReplyKeys
from wardian.models.reply_store import ReplyStore
from wardian.output import open_store
from wardian.runs.folder_store import FolderStore
from wardian.runs.steps.archive import Archive
from wardian.runs.steps.steps import Steps
from wardian.specs.job import Limits

SPEC = episode_spec(agent="a")
SERIAL = itertools.count(1)


class Model:
    """Adds one, in words that it never said before; the process dies in call number `dies_at`."""

    def __init__(self, name: str = "m", *, dies_at: int | None = None, fails_at: Sequence[int] = ()) -> None:
        self.name = name
        self.asked = 0
        self.died = asyncio.Event()
        self._dies_at = dies_at
        self._fails_at = fails_at

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        if self.asked == self._dies_at:
            self.died.set()
            await asyncio.Event().wait()
        if self.asked in self._fails_at:
            raise ModelError("overloaded", "come back later", cause="provider")
        message = add(1, f"call_{next(SERIAL)}")
        return Completion(
            message=message, finish="tool_calls", model=self.name, cost_usd=0.5, timing=CallTiming(total_s=2.0)
        )


async def played(
    folder: Path | None,
    *models: ModelClient,
    world: Callable[[], Environment] = lambda: Counter(9),
    turns: int = 6,
    durability: Durability = "process",
) -> Episode:
    """One process that plays the episode: six turns, asking one model or a panel."""
    store = open_store(None if folder is None else str(folder), {})
    async with Steps(store, SystemClock(), durability) as steps:
        clients = [steps.client(model) for model in models]
        client = clients[0] if len(clients) == 1 else fusion_of("fusion/p", clients)

        async def once() -> Episode:
            return await run_episode(SPEC, world, ToolAgent(client), Limits(turns=turns), SystemClock())

        return await steps.played(SPEC.key, once)


async def broken_off(folder: Path, *models: Model, world: Callable[[], Environment] = lambda: Counter(9)) -> None:
    playing = asyncio.ensure_future(played(folder, *models, world=world))
    dying = [asyncio.ensure_future(model.died.wait()) for model in models]
    await asyncio.wait(dying, return_when=asyncio.FIRST_COMPLETED)
    for task in (playing, *dying):
        task.cancel()
    await asyncio.gather(playing, *dying, return_exceptions=True)


def words(episode: Episode) -> list[str]:
    return [event.completion.message.tool_calls[0].id for event in episode.asked]


def files(folder: Path) -> list[Path]:
    return sorted((folder / "calls").iterdir())


@pytest.mark.parametrize("durability", ["process", "machine"])
async def test_what_was_answered_is_given_again_and_the_rest_is_asked(tmp_path: Path, durability: Durability) -> None:
    await broken_off(tmp_path, Model(dies_at=4))
    episode = await played(tmp_path, model := Model(), durability=durability)
    assert model.asked == 3
    assert [event.completion.timing.replayed for event in episode.asked] == [True] * 3 + [False] * 3
    assert [event.completion.timing.total_s for event in episode.asked] == [2.0] * 6
    assert episode.spent_usd == episode.cost_usd == 3.0
    assert episode.replayed_calls == 3
    assert (episode.stop, episode.attempt) == ("turn_limit", 1)


class Watched:
    """A model that is asked durably, and what is said of the episode after each answer."""

    name = "m"

    def __init__(self, steps: Steps, model: Model) -> None:
        self.said: list[tuple[int, bool]] = []
        self._steps = steps
        self._model = model
        self._client = steps.client(model)

    async def complete(self, request: Request) -> Completion:
        completion = await self._client.complete(request)
        self.said.append((self._model.asked, self._steps.advanced(SPEC.key)))
        return completion


async def test_who_is_played_on_has_advanced_with_its_first_new_answer(tmp_path: Path) -> None:
    await broken_off(tmp_path, Model(dies_at=3))
    async with Steps(open_store(str(tmp_path), {}), SystemClock()) as steps:
        watched = Watched(steps, Model())

        async def once() -> Episode:
            return await run_episode(SPEC, lambda: Counter(9), ToolAgent(watched), Limits(turns=4), SystemClock())

        await steps.played(SPEC.key, once)
        assert not steps.advanced(SPEC.key), "it is not played any more"
    assert watched.said == [(0, False), (0, False), (1, True), (2, True)]


async def test_pieces_of_three_processes_are_one_episode(tmp_path: Path) -> None:
    await broken_off(tmp_path, Model(dies_at=3))
    await broken_off(tmp_path, Model(dies_at=3))
    episode = await played(tmp_path, model := Model())
    assert len(files(tmp_path)) == 3
    assert (episode.replayed_calls, model.asked) == (4, 2)
    again = await played(tmp_path, Model(fails_at=[1]))
    assert words(again) == words(episode)


async def test_a_panel_that_asks_one_model_twice_gets_each_answer_in_its_place(tmp_path: Path) -> None:
    await broken_off(tmp_path, Model("m"), Model("n", dies_at=3), Model("m"))
    episode = await played(tmp_path, *(panel := [Model("m"), Model("n"), Model("m")]))
    assert episode.replayed_calls == 2
    assert panel[1].asked == 4
    assert panel[0].asked == panel[2].asked == 3, "they had answered the third time"
    again = await played(tmp_path, *(Model(name, fails_at=[1]) for name in ("m", "n", "m")))
    assert words(again) == words(episode)


async def test_a_panel_behind_the_reply_cache_draws_for_each_member(tmp_path: Path) -> None:
    """What one member had answered is not the other's answer, though both are the same model with the same question."""

    async def part(*models: Model) -> Episode:
        with ReplyStore(tmp_path / "replies", SystemClock()) as store:
            keys = ReplyKeys(b"m")
            cached = [RecordingClient(model, keys, store, reuse=True) for model in models]
            return await played(tmp_path, *cached, turns=2)

    dying = Model(dies_at=2)
    playing = asyncio.ensure_future(part(Model(), dying))
    await dying.died.wait()
    for _ in range(10):
        await asyncio.sleep(0)  # the other one gets to its answer
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    episode = await part(first := Model(), second := Model())
    assert (first.asked, second.asked) == (0, 1)
    assert episode.asked[1].completion.cost_usd == 1.0


async def test_who_asks_the_same_twice_gets_both_answers_in_their_order(tmp_path: Path) -> None:
    question = Request(model="m", messages=(Message(role="user", content="Hi"),), origin=Origin(SPEC.key, "t", "t1/a"))

    async def drawn(model: Model) -> list[str]:
        draws: list[str] = []
        async with Steps(FolderStore(tmp_path), SystemClock()) as steps:
            client = steps.client(model)

            async def twice() -> Episode:
                draws.extend([(await client.complete(question)).message.tool_calls[0].id for _ in range(2)])
                return Episode(spec=SPEC, events=(), stop="finished")

            await steps.played(SPEC.key, twice)
        return draws

    first = await drawn(Model())
    assert await drawn(model := Model()) == first
    assert (len(set(first)), model.asked) == (2, 0)


async def test_a_member_that_failed_fails_again_where_the_episode_went_on(tmp_path: Path) -> None:
    await broken_off(tmp_path, Model("m", dies_at=4), Model("n", fails_at=[2]))
    episode = await played(tmp_path, Model("m"), n := Model("n"))
    assert episode.attempt == 1
    assert episode.replayed_calls == 3
    assert n.asked == 2, "it had answered the fourth time"


async def test_a_failure_that_ended_the_episode_is_asked_again(tmp_path: Path) -> None:
    episode = await played(tmp_path, Model(fails_at=[3]))
    assert episode.missing
    episode = await played(tmp_path, model := Model())
    assert not episode.missing
    assert (episode.replayed_calls, model.asked) == (2, 4)


class Whimsical(Counter):
    """Says something else every time it is opened."""

    async def open(self, seed: int) -> Sequence[Message]:
        return [Message(role="user", content=f"Count to {next(SERIAL)}.")]


class Forgetful(Counter):
    """Its answers are no function of what was done."""

    async def call(self, call: ToolCall) -> Observation:
        return Observation(text=str(next(SERIAL)))


@pytest.mark.parametrize("world", [lambda: Whimsical(9), lambda: Forgetful(9)])
async def test_an_episode_that_asks_something_else_begins_again_and_says_so(
    tmp_path: Path, world: Callable[[], Environment]
) -> None:
    await broken_off(tmp_path, Model(dies_at=4), world=world)
    episode = await played(tmp_path, model := Model(), world=world)
    assert episode.attempt == 2
    assert episode.replayed_calls == 0, "never mixed"
    assert model.asked == len(episode.asked) == 6
    assert not episode.missing


async def test_the_second_attempt_is_what_is_replayed(tmp_path: Path) -> None:
    await broken_off(tmp_path, Model(dies_at=4), world=lambda: Whimsical(9))
    await broken_off(tmp_path, Model(dies_at=3))
    episode = await played(tmp_path, model := Model())
    assert (episode.attempt, episode.replayed_calls, model.asked) == (2, 2, 4)


async def test_other_tools_or_another_prompt_are_another_question(tmp_path: Path) -> None:
    class Retooled(Counter):
        def tools(self) -> Sequence[ToolSchema]:
            return [tool.model_copy(update={"description": "new"}) for tool in super().tools()]

    await broken_off(tmp_path, Model(dies_at=4))
    assert (await played(tmp_path, Model(), world=lambda: Retooled(9))).attempt == 2


@pytest.mark.parametrize("cut", [1, 5, 60])
async def test_a_torn_last_frame_is_asked_again(tmp_path: Path, cut: int) -> None:
    await broken_off(tmp_path, Model(dies_at=4))
    [file] = files(tmp_path)
    file.write_bytes(file.read_bytes()[:-cut])
    episode = await played(tmp_path, model := Model())
    assert (episode.replayed_calls, model.asked, episode.attempt) == (2, 4, 1)


@pytest.mark.parametrize("garbage", [b"\0" * 64, b"\xff" * 64, b"{}\n{}\n{}\n"])
async def test_what_stands_behind_garbage_is_asked_again(tmp_path: Path, garbage: bytes) -> None:
    """Also when a later process recorded what followed: it answers another conversation."""
    await broken_off(tmp_path, Model(dies_at=4))
    await broken_off(tmp_path, Model(dies_at=2))
    first, _ = files(tmp_path)
    whole = first.read_bytes()
    place = whole.index(b"t2/agent")
    first.write_bytes(whole[:place] + garbage + whole[place + len(garbage) :])
    episode = await played(tmp_path, model := Model())
    assert (episode.replayed_calls, model.asked, episode.attempt) == (1, 5, 1)


async def test_frames_of_another_version_are_asked_again(tmp_path: Path) -> None:
    log = FolderStore(tmp_path).create_log("calls")
    await log.append([SPEC.key.encode() + b'\n{"new": 1}\n{}', b"?", b"!"])
    await log.close()
    episode = await played(tmp_path, model := Model())
    assert (episode.replayed_calls, model.asked) == (0, 6)


async def test_an_answer_that_cannot_be_written_down_is_not_used(tmp_path: Path) -> None:
    with full_disk():
        episode = await played(tmp_path, model := Model())
    assert episode.failure is not None
    assert (episode.failure.kind, episode.failure.cause, episode.failure.lasting) == ("disk", "infra", True)
    assert "an answer cannot be written down: File too large" in episode.failure.message
    assert 0 < len(episode.asked) == model.asked - 1


async def test_after_a_full_disk_the_rest_goes_on(tmp_path: Path) -> None:
    """Half a frame is cut off: what is written behind it can be read."""
    other = episode_spec(agent="a", seed=1)
    async with Steps(FolderStore(tmp_path), SystemClock()) as steps:
        agent = ToolAgent(steps.client(Model()))

        async def once(spec: EpisodeSpec = SPEC) -> Episode:
            return await run_episode(spec, lambda: Counter(9), agent, Limits(turns=6), SystemClock())

        with full_disk():
            first = await steps.played(SPEC.key, once)
        second = await steps.played(other.key, lambda: once(other))
    assert first.missing
    assert not second.missing
    archive = Archive(FolderStore(tmp_path))
    assert len(await archive.steps(SPEC.key)) == len(first.asked) < 6
    assert len(await archive.steps(other.key)) == 6


@contextmanager
def full_disk() -> Iterator[None]:
    """The limit on a file's size stands for the disk: two frames and a half fit.

    Never around a whole test: pytest's own output may go to a file.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_800, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_with_and_without_a_store_the_record_is_the_same(tmp_path: Path) -> None:
    global SERIAL
    records = []
    for folder in (None, tmp_path, tmp_path / "not seen from here"):
        SERIAL = itertools.count(1)
        episode = await played(folder, Model())
        records.append([event.completion.model_dump_json() for event in episode.asked])
    assert records[0] == records[1] == records[2]
    assert not (tmp_path / "not seen from here").exists()


class FarAway(FolderStore):
    """Takes its time to say what it has; or says nothing."""

    def __init__(self, path: Path, *, seconds: float = 0.0, silent: bool = False) -> None:
        super().__init__(path)
        self.silent = silent
        self._seconds = seconds

    def logs(self, kind: str) -> list[str]:
        time.sleep(self._seconds)
        if self.silent:
            raise StoreError("no answer")
        return super().logs(kind)


async def test_others_play_while_it_is_looked_what_was_recorded(tmp_path: Path) -> None:
    await broken_off(tmp_path, Model(dies_at=4))
    archive = Archive(FarAway(tmp_path, seconds=0.2))
    asking = [asyncio.ensure_future(archive.steps(episode)) for episode in (SPEC.key, "other")]
    turns = 0
    while not all(each.done() for each in asking):
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 20
    assert [len(each.result()) for each in asking] == [3, 0]


async def test_what_cannot_be_read_is_neither_asked_again_nor_forgotten(tmp_path: Path) -> None:
    await broken_off(tmp_path, Model(dies_at=4))
    store, model = FarAway(tmp_path, silent=True), Model()
    async with Steps(store, SystemClock()) as steps:
        agent = ToolAgent(steps.client(model))

        async def once() -> Episode:
            return await run_episode(SPEC, lambda: Counter(9), agent, Limits(turns=6), SystemClock())

        episode = await steps.played(SPEC.key, once)
        assert model.asked == 0
        assert episode.failure is not None
        assert (episode.failure.kind, episode.failure.cause, episode.failure.lasting) == ("disk", "infra", True)
        assert episode.failure.message == "recorded answers cannot be read: no answer"
        store.silent = False
        assert (await steps.played(SPEC.key, once)).replayed_calls == 3
