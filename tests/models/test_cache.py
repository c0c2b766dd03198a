"""The reply cache: what is kept, what is given again, and which questions are the same."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.members import Speaker
from support.panels import RunVirtual, fusion_of

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import Cause, ModelError
from wardian.base.messages import Message, Origin, Request, ResponseSchema, Sampling, Thoughts, ToolCall, ToolSchema
from wardian.base.usage import CallTiming, FinishReason, Retry, Usage
from wardian.fusion.client import FusedClient
from wardian.models.cache import RecordingClient, ReplayClient
from wardian.models.reply_key import ReplyKeys, answering
from wardian.models.reply_store import ReplyStore
from wardian.specs.endpoints import PriceSpec
from wardian.specs.models import ModelSpec, SimulatorServer, SkillSpec

MODEL = ModelSpec(base_url="http://host/v1")
OTHER = ModelSpec(base_url="http://host/v1", model="other")
RETRY = Retry(kind="overloaded", at_s=0.5, pause_s=0.5)
ORIGIN = Origin(episode="e1", task="shop/t1", path="t1/agent", sample="s1")
TOOL = ToolSchema(name="f", description="", parameters={"type": "object"})
QUESTION = Request(model="m", messages=(Message(role="user", content="Hi"),), tools=(TOOL,), origin=ORIGIN)


class Counting:
    """A model that never says the same thing twice."""

    def __init__(self, finish: FinishReason = "stop") -> None:
        self.name = "m"
        self.asked = 0
        self._finish: FinishReason = finish

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        number = self.asked
        await asyncio.sleep(0)
        calls = (ToolCall(id=f"c{number}", name="f", arguments='{"a": 1'),)
        return Completion(
            message=Message(role="assistant", content=f"answer {number}", tool_calls=calls, reasoning="hm"),
            finish=self._finish,
            model="m",
            usage=Usage(input_tokens=3, output_tokens=4),
            cost_usd=0.25,
            timing=CallTiming(total_s=2.0, retried=(RETRY,)),
        )


class Failing:
    """A model that never answers."""

    def __init__(self, cause: Cause) -> None:
        self.name = "m"
        self.asked = 0
        self._cause: Cause = cause

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        raise ModelError("context_overflow", "too long", cause=self._cause, status=400)


def keys(model: ModelSpec = MODEL) -> ReplyKeys:
    return ReplyKeys(answering("m", model, None))


@pytest.fixture
def store(tmp_path: Path) -> ReplyStore:
    return ReplyStore(tmp_path, SystemClock())


def cached(inner: Counting | Failing, store: ReplyStore, *, reuse: bool = True) -> RecordingClient:
    return RecordingClient(inner, keys(), store, reuse=reuse)


async def test_an_answer_is_given_again_as_it_was_but_free(store: ReplyStore) -> None:
    model = Counting()
    first = await cached(model, store).complete(QUESTION)
    assert first.timing == CallTiming(total_s=2.0, retried=(RETRY,))
    for again in (cached(model, store), ReplayClient("m", keys(), store)):
        second = await again.complete(QUESTION)
        assert second == first.model_copy(update={"timing": CallTiming(cached=True, recorded_s=2.0)})
    assert model.asked == 1


async def test_who_asks_the_same_at_the_same_time_waits_for_one_answer(store: ReplyStore) -> None:
    model = Counting()
    answers = await asyncio.gather(*(cached(model, store).complete(QUESTION) for _ in range(5)))
    assert model.asked == 1
    assert [each.timing.cached for each in answers].count(False) == 1


async def test_after_a_failure_the_next_one_asks_for_itself(store: ReplyStore) -> None:
    model = Failing("provider")
    failed = await asyncio.gather(*(cached(model, store).complete(QUESTION) for _ in range(3)), return_exceptions=True)
    assert all(isinstance(each, ModelError) for each in failed)
    assert model.asked == 3


async def test_record_asks_every_time_and_the_last_answer_stays(store: ReplyStore) -> None:
    model = Counting()
    for _ in range(3):
        await cached(model, store, reuse=False).complete(QUESTION)
    assert model.asked == 3
    replayed = await ReplayClient("m", keys(), store).complete(QUESTION)
    assert replayed.message.content == "answer 3"


async def test_a_miss_names_the_request(store: ReplyStore, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"'m' has no recorded reply to shop/t1 t1/agent \(key [0-9a-f]{32}\)") as miss:
        await ReplayClient("m", keys(), store).complete(QUESTION)
    assert (miss.value.kind, miss.value.cause) == ("cache_miss", "infra")
    assert str(tmp_path) in str(miss.value)


@pytest.mark.parametrize("finish", ["length", "content_filter", "refusal"])
async def test_what_is_no_whole_answer_is_replayed_but_never_reused(store: ReplyStore, finish: FinishReason) -> None:
    model = Counting(finish)
    await cached(model, store).complete(QUESTION)
    replayed = await ReplayClient("m", keys(), store).complete(QUESTION)
    assert (replayed.finish, replayed.message.content) == (finish, "answer 1")
    again = await cached(model, store).complete(QUESTION)
    assert (again.message.content, again.timing.cached) == ("answer 2", False)


@pytest.mark.parametrize("cause", ["agent", "provider"])
async def test_a_failure_is_replayed_but_never_reused(store: ReplyStore, cause: Cause) -> None:
    model = Failing(cause)
    for _ in range(2):
        with pytest.raises(ModelError):
            await cached(model, store).complete(QUESTION)
    assert model.asked == 2
    with pytest.raises(ModelError, match="too long") as replayed:
        await ReplayClient("m", keys(), store).complete(QUESTION)
    assert (replayed.value.kind, replayed.value.cause, replayed.value.status) == ("context_overflow", cause, 400)


@pytest.mark.parametrize("cause", ["infra", "budget"])
async def test_a_failure_of_ours_is_not_kept(store: ReplyStore, cause: Cause) -> None:
    with pytest.raises(ModelError):
        await cached(Failing(cause), store).complete(QUESTION)
    with pytest.raises(ModelError) as miss:
        await ReplayClient("m", keys(), store).complete(QUESTION)
    assert miss.value.kind == "cache_miss"


async def test_what_another_version_wrote_is_asked_anew(store: ReplyStore) -> None:
    store.put(keys().next(QUESTION), b'{"kind": "answered", "who": "knows"}')
    assert (await cached(Counting(), store).complete(QUESTION)).message.content == "answer 1"


# Which questions are the same

OTHER_QUESTIONS: dict[str, dict[str, object]] = {
    "text": {"messages": (Message(role="user", content="Ho"),)},
    "role": {"messages": (Message(role="system", content="Hi"),)},
    "reasoning": {"messages": (Message(role="user", content="Hi", reasoning="hm"),)},
    "thoughts": {"messages": (Message(role="user", content="Hi", thoughts=Thoughts(source="s", body="[]")),)},
    "tools": {"tools": (ToolSchema(name="f", description="", parameters={}),)},
    "temperature": {"sampling": Sampling(temperature=0.5)},
    "seed": {"sampling": Sampling(seed=1)},
    "shape": {"response_schema": ResponseSchema(name="s", json_schema={})},
    "repeat": {"origin": replace(ORIGIN, sample="s2")},
    "role in the episode": {"origin": replace(ORIGIN, path="t1/judge")},
    "nobody": {"origin": None},
}


@pytest.mark.parametrize("change", OTHER_QUESTIONS)
def test_another_question_has_another_key(change: str) -> None:
    other = QUESTION.model_copy(update=OTHER_QUESTIONS[change])
    assert keys().next(QUESTION) != keys().next(other)


@pytest.mark.parametrize(
    "other",
    [
        ModelSpec(base_url="http://elsewhere/v1"),
        ModelSpec(base_url="http://host/v1", model="other"),
        ModelSpec(base_url="http://host/v1", tools="text"),
    ],
    ids=["endpoint", "model", "tools"],
)
def test_another_model_has_another_key(other: ModelSpec) -> None:
    assert keys().next(QUESTION) != keys(other).next(QUESTION)


def test_what_decides_no_answer_is_in_no_key() -> None:
    other = MODEL.model_copy(
        update={"rpm": 60, "price": PriceSpec(input=1, output=2), "api_key_env": "KEY", "timeout_s": 1.0}
    )
    edited = QUESTION.model_copy(update={"origin": replace(ORIGIN, episode="pack edited")})
    assert keys().next(QUESTION) == keys(other).next(edited)


def test_of_a_simulator_only_the_skill_that_is_asked_counts() -> None:
    def simulator(accuracy: float, *others: str) -> bytes:
        skills = {"m": SkillSpec(accuracy=accuracy), **dict.fromkeys(others, SkillSpec())}
        return answering("m", ModelSpec(server="sim"), SimulatorServer(kind="simulator", skills=skills))

    assert simulator(0.5) == simulator(0.5, "another") != simulator(0.6)


def test_equal_questions_of_one_turn_are_different_draws_also_when_they_are_replayed() -> None:
    def draws(count: int) -> Sequence[bytes]:
        names, turn = keys(), replace(ORIGIN)
        return [names.next(QUESTION.model_copy(update={"origin": turn})) for _ in range(count)]

    assert len(set(draws(3))) == 3
    assert draws(3) == draws(3)


def test_the_same_episode_played_again_in_this_process_draws_the_same() -> None:
    names = keys()
    first = [names.next(QUESTION.model_copy(update={"origin": replace(ORIGIN)})) for _ in range(2)]
    assert first[0] == first[1]


def test_a_question_without_origin_is_one_draw() -> None:
    names, anonymous = keys(), QUESTION.model_copy(update={"origin": None})
    assert names.next(anonymous) == names.next(anonymous)


async def test_a_panel_that_asks_one_model_twice_hears_two_answers_then_and_now(store: ReplyStore) -> None:
    recording = cached(Counting(), store)
    said = await fusion_of("fusion/self", [recording, recording]).complete(QUESTION)
    replay = ReplayClient("m", keys(), store)
    replayed = await fusion_of("fusion/self", [replay, replay]).complete(QUESTION)
    assert said.usage == replayed.usage
    assert said.message == replayed.message
    assert replayed.timing.cached
    assert len(list(store.folder.iterdir())) == 1


async def test_a_panel_without_one_of_its_members_recordings_is_no_panel(store: ReplyStore) -> None:
    recording = cached(Counting(), store)
    await fusion_of("fusion/pair", [recording, recording]).complete(QUESTION)
    replay = ReplayClient("m", keys(), store)
    with pytest.raises(ModelError) as miss:
        await fusion_of("fusion/three", [replay, replay, replay]).complete(QUESTION)
    assert (miss.value.kind, miss.value.cause) == ("cache_miss", "infra")


async def test_a_panel_replays_the_member_that_failed(store: ReplyStore) -> None:
    def panel(*members: RecordingClient | ReplayClient) -> FusedClient:
        return fusion_of("fusion/pair", members)

    said = await panel(
        cached(Counting(), store), RecordingClient(Failing("provider"), keys(OTHER), store, reuse=True)
    ).complete(QUESTION)
    replayed = await panel(ReplayClient("m", keys(), store), ReplayClient("m", keys(OTHER), store)).complete(QUESTION)
    assert replayed.message == said.message


def test_a_panel_replays_without_the_member_that_was_not_waited_for(store: ReplyStore, run_virtual: RunVirtual) -> None:
    async def panel(*clients: ModelClient) -> Completion:
        return await fusion_of("fusion/f", clients, collect={"quorum": 2}).complete(QUESTION)

    async def main() -> None:
        speakers = Speaker("c", "late", after_s=60.0), Speaker("a", "yes"), Speaker("b", "no", after_s=2.0)
        said = await panel(*(RecordingClient(each, keys(), store, reuse=True) for each in speakers))
        replayed = await panel(*(ReplayClient(each.name, keys(), store) for each in speakers))
        assert (said.fusion is None, replayed.fusion is None) == (False, False)
        states = [[each.state for each in fused.fusion.answers] for fused in (said, replayed) if fused.fusion]
        assert states == [["cancelled", "ok", "ok"]] * 2
        assert said.message == replayed.message

    run_virtual(main())
