"""An agent that is a program of its own plays an episode like any other."""

import os
import sys
import time
from pathlib import Path

from support.packs.counter.environment import Counter
from support.specs import episode_spec

from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.base.usage import Usage
from wardian.episodes.record import Episode
from wardian.episodes.runner import run_episode
from wardian.serving.process_agent import process_agent
from wardian.specs.agents import ProcessAgentSpec
from wardian.specs.job import Limits

PROGRAM = str(Path(__file__).parents[1] / "support" / "outside_agent.py")


class Model:
    name = "m"

    def __init__(self, error: ModelError | None = None) -> None:
        self.heard: list[Request] = []
        self._error = error

    async def complete(self, request: Request) -> Completion:
        self.heard.append(request)
        if self._error is not None:
            raise self._error
        usage = Usage(input_tokens=7, output_tokens=1)
        said = Message(role="assistant", content="3")
        return Completion(message=said, finish="stop", model="big", usage=usage, cost_usd=0.25)


async def play(how: str, model: Model | None = None, *command: str) -> Episode:
    spec = ProcessAgentSpec(
        kind="process",
        name="mine",
        command=command or (sys.executable, PROGRAM, how),
        model=None if model is None else "m",
        exit_s=0.5,
    )
    async with process_agent(spec, model, os.environ) as agent:
        return await run_episode(episode_spec(), lambda: Counter(3), agent, Limits(turns=5), SystemClock())


async def test_its_calls_and_words_are_turns_of_the_episode() -> None:
    episode = await play("plays")
    assert episode.failure is None
    assert episode.findings is not None
    assert episode.findings.success
    assert [event.kind for event in episode.events] == ["said", "asked", "acted", "asked"]
    assert episode.acted[0].call.arguments == '{"by":3}'
    assert [event.completion.model for event in episode.asked] == ["mine", "mine"]


async def test_its_model_calls_cost_and_are_in_the_record() -> None:
    model = Model()
    episode = await play("asks", model)
    assert episode.findings is not None
    assert episode.findings.success
    first, second = [event.completion for event in episode.asked]
    assert (first.model, first.usage.input_tokens, first.cost_usd, second.cost_usd) == ("big", 7, 0.25, 0.0)
    assert episode.cost_usd == 0.25
    (request,) = model.heard
    assert request.messages == (Message(role="user", content="How far?"),)
    assert request.origin is not None
    assert (request.origin.episode, request.origin.path) == (episode_spec().key, "t1/agent/1")


async def test_a_model_that_fails_is_not_the_agents_fault_whatever_it_makes_of_it() -> None:
    episode = await play("asks", Model(ModelError("no_credit", "the account is empty", lasting=True)))
    assert episode.missing
    assert episode.failure is not None
    assert (episode.failure.kind, episode.failure.lasting) == ("no_credit", True)


async def test_a_program_that_crashes_has_failed_and_its_last_words_are_told() -> None:
    episode = await play("crashes")
    assert episode.failure is not None
    assert (episode.failure.cause, episode.failure.kind) == ("agent", "agent_failed")
    assert "I have lost my way" in episode.failure.message


async def test_a_program_that_leaves_has_said_nothing_more() -> None:
    episode = await play("leaves")
    assert episode.failure is None
    assert episode.findings is not None
    assert episode.findings.success
    assert episode.asked[-1].completion.message.content == ""


async def test_a_program_that_does_not_end_is_ended() -> None:
    began = time.monotonic()
    episode = await play("lingers")
    assert episode.findings is not None
    assert episode.findings.success
    assert time.monotonic() - began < 60
