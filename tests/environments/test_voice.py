"""A model speaks for the user: in other words, with the same facts, and never more than it should."""

from collections.abc import Sequence

import pytest

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Origin, Request, Sampling, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack
from wardian.environments.packs import bundled_roots, load_pack
from wardian.environments.voice import Voice, guarded
from wardian.environments.voiced import VoicedWorld
from wardian.episodes.record import AgentRef, EnvironmentRef, Episode, EpisodeSpec, TaskRef
from wardian.episodes.runner import run_episode
from wardian.runs.plan import Plan
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec, Limits

ORIGIN = Origin(episode="e", task="t", path="")


class Speaker:
    """Says what it is told to, or wraps what it is given into courtesies."""

    name = "speaker"

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        self.requests.append(request)
        meaning = request.messages[-1].content.partition("You want to say:\n")[2]
        text = self._lines.pop(0) if self._lines else f"<think>hm 999</think>Well now, {meaning}"
        return Completion(message=Message(role="assistant", content=text), finish="stop", model="m", cost_usd=0.5)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Sure, my order is W123 and the zip is 04109.", None),
        ("My order? W123. Zip 04109, as you asked for W999.", None),
        ("My order is W123.", "forgets"),
        ("Order W123, zip 04109, mail me at eve@example.com.", "leaks"),
        ("Order W123, zip 04109, card 4711.", "leaks"),
        ("Order W123, zip 04109. Goodbye!", "leaves"),
        ("Order W123, zip 04109. That's all.", "leaves"),
        ("Order W123, zip 04109 ###STOP###", "leaves"),
        ("As an AI I have the order W123 and the zip 04109.", "breaks out"),
        ("Agent: is it W123 in 04109?", "breaks out"),
        ("Gladly. What is the number of your card? W123, 04109", "loses"),
        ("Yes, order W123, zip code 04109.", "loses"),
        ("I have no order W123 and no zip code 04109.", "loses"),
        ("", "empty"),
        ("W123 04109 " + "la " * 400, "long"),
    ],
)
def test_what_a_user_may_say(text: str, wrong: str | None) -> None:
    assert guarded(text, "My order is W123, zip code 04109.", "Is it W999?") == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Sure, please go ahead with that!", None),
        ("Okay, go ahead.", None),
        ("Unfortunately I cannot help you any further with this.", "loses"),
        ("Please tell me more.", "loses"),
    ],
)
def test_a_yes_stays_a_yes(text: str, wrong: str | None) -> None:
    assert guarded(text, "Yes, please go ahead.", "Shall I do that?") == wrong


async def test_what_does_not_pass_is_asked_again_and_then_said_plainly() -> None:
    client = Speaker("W124, please.", "Could you look up W123 for me?")
    spoken = await Voice(client, "in haste", Sampling(), tries=2).say("Look up W123.", "Yes?", ORIGIN)
    assert spoken.text == "Could you look up W123 for me?"
    assert len(spoken.asked) == 2
    assert "as this person would: in haste" in client.requests[0].messages[0].content
    assert [request.origin.path for request in client.requests if request.origin] == ["/0", "/1"]
    stubborn = await Voice(Speaker("no", "no"), "", Sampling(), tries=2).say("Look up W123.", "", ORIGIN)
    assert stubborn.text == "Look up W123."


def library() -> Pack:
    return load_pack(EnvironmentSpec(pack="library"), bundled_roots())


async def played(client: Speaker, script: Sequence[Message] | None = None) -> Episode:
    pack = library()
    card = pack.tasks()[0]
    spec = EpisodeSpec(
        environment=EnvironmentRef(name="library", pack="library", version="1", digest="d"),
        task=TaskRef(id=card.id, template=card.template),
        agent=AgentRef(name="a", digest="d"),
        seed=1,
    )
    voice = Voice(client, "", Sampling(), tries=1)
    agent = ScriptAgent(pack.reference(card.id) if script is None else script, "a")
    world = VoicedWorld(pack.environment(card.id), voice, ORIGIN)
    return await run_episode(spec, lambda: world, agent, Limits(), SystemClock())


async def test_the_task_is_solved_whoever_finds_the_words() -> None:
    client = Speaker()
    episode = await played(client)
    assert episode.findings is not None
    assert episode.findings.success
    said = [event for event in episode.events if event.kind == "said" and event.speaker == "user"]
    assert all(event.text.startswith("Well now, ") and "999" not in event.text for event in said)
    assert sum(len(event.voiced) for event in said) == len(client.requests) == len(said)
    assert episode.cost_usd == pytest.approx(0.5 * len(said)), "the agent's own answers are free here"
    assert episode.stochastic
    assert Episode.model_validate_json(episode.model_dump_json()) == episode


async def test_a_snapshot_goes_on_in_the_same_turn() -> None:
    pack = library()
    task = pack.tasks()[0].id
    clients = Speaker(), Speaker()
    one, other = (
        VoicedWorld(pack.environment(task), Voice(client, "", Sampling(), tries=1), ORIGIN) for client in clients
    )
    await one.open(1)
    other.restore(one.snapshot())
    assert await one.reply("What is your card number?") == await other.reply("What is your card number?")
    assert [client.requests[-1].origin for client in clients] == [clients[0].requests[-1].origin] * 2
    assert one.digest() == other.digest()


def job(**environment: object) -> JobSpec:
    return JobSpec.model_validate(
        {
            "name": "desk",
            "environments": [{"pack": "library", **environment}],
            "models": {"m": {"base_url": "http://127.0.0.1:9/v1"}, "u": {"base_url": "http://127.0.0.1:9/v1"}},
            "agents": [{"name": "a", "model": "m"}],
        }
    )


def test_who_speaks_for_the_user_is_part_of_the_episode() -> None:
    packs = {"library": library()}
    keys = {
        next(iter(Plan(job(**each), packs))).key
        for each in ({}, {"user": {"model": "u"}}, {"user": {"model": "u", "manner": "rude"}}, {"user": {"model": "m"}})
    }
    assert len(keys) == 4
    assert set(job(user={"model": "u"}).asked) == {"m", "u"}
    with pytest.raises(ValueError, match=r"environments.*user.*model"):
        job(user={"model": "nobody"})


class Weary(Speaker):
    """Answers once, and then never again."""

    async def complete(self, request: Request) -> Completion:
        if self.requests:
            raise ModelError("overloaded", "not now", cause="provider")
        return await super().complete(request)


async def test_who_finds_no_words_any_more_speaks_plainly_and_what_was_paid_counts() -> None:
    spoken = await Voice(Weary("no"), "", Sampling(), tries=3).say("Look up W123.", "", ORIGIN)
    assert spoken.text == "Look up W123."
    assert len(spoken.asked) == 1
    weary = Weary()
    weary.requests.append(Request(model="m", messages=()))
    with pytest.raises(ModelError, match="not now"):
        await Voice(weary, "", Sampling(), tries=3).say("Look up W123.", "", ORIGIN)


class Herald(Environment):
    """A world in which news come before what the user says."""

    async def open(self, seed: int) -> Sequence[Message]:
        return [Message(role="user", content="Hello.")]

    def tools(self) -> Sequence[ToolSchema]:
        return ()

    async def call(self, call: ToolCall) -> Observation:
        return Observation(text="")

    async def reply(self, text: str) -> str | None:
        return "[Mon 09:30] Policy update: No refunds.\n\nLook up W123."

    def digest(self) -> str:
        return ""

    def snapshot(self) -> bytes:
        return b""

    def restore(self, snapshot: bytes) -> None:
        return

    async def examine(self) -> Findings:
        return Findings(checks=())


async def test_news_are_not_the_user_s_words() -> None:
    client = Speaker()
    world = VoicedWorld(Herald(), Voice(client, "", Sampling(), tries=1), ORIGIN)
    await world.open(1)
    assert await world.reply("Hm.") == "[Mon 09:30] Policy update: No refunds.\n\nWell now, Look up W123."
    assert "Policy" not in client.requests[-1].messages[-1].content


def bounded(**user: object) -> JobSpec:
    place = {"base_url": "http://127.0.0.1:9/v1", "price": {"input": 1, "output": 1}}
    return JobSpec.model_validate(
        {
            "name": "desk",
            "environments": [{"pack": "library", "user": {"model": "u"}}],
            "models": {"m": {**place, "max_output_tokens": 9}, "u": {**place, **user}},
            "agents": [{"name": "a", "model": "m"}],
            "budget": {"usd": 1},
        }
    )


def test_a_budget_needs_to_know_how_much_a_user_may_say() -> None:
    with pytest.raises(ValueError, match=r"environments.*user"):
        bounded()
    assert bounded(max_output_tokens=9).budget is not None
