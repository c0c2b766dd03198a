"""The episode loop: every way in which an episode can end is a record."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from support.packs.counter.environment import Counter, add
from support.specs import episode_spec

from wardian.agents.agent import Agent
from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.errors import ModelError
from wardian.base.messages import Completion, Message, Origin, ToolSchema, Usage
from wardian.environments.findings import Findings
from wardian.episodes.record import Episode
from wardian.episodes.runner import run_episode
from wardian.specs.job import Limits

Run = Callable[[Any], Episode]


def play(run: Run, agent: Agent, goal: int = 3, limits: Limits | None = None) -> Episode:
    return run(run_episode(episode_spec(), lambda: Counter(goal), agent, limits or Limits(), SystemClock()))


def script(*messages: Message) -> ScriptAgent:
    return ScriptAgent(messages, "script")


def said(text: str) -> Message:
    return Message(role="assistant", content=text)


def test_a_solved_episode(run_virtual: Run) -> None:
    episode = play(run_virtual, script(add(1), add(2), said("more?"), said("Done.")))
    assert episode.stop == "finished"
    assert episode.failure is None
    assert episode.findings is not None
    assert episode.findings.success
    assert [event.kind for event in episode.events] == [
        "said",
        "asked",
        "acted",
        "asked",
        "acted",
        "asked",
        "said",
        "asked",
    ]
    assert [acted.digest for acted in episode.acted] == ["1", "3"]
    assert [asked.turn for asked in episode.asked] == [1, 2, 3, 4]


def test_a_call_that_changes_nothing_is_visible(run_virtual: Run) -> None:
    episode = play(run_virtual, script(add(0), add(1)))
    assert [acted.changed for acted in episode.acted] == [False, True]


def test_the_turn_limit_ends_it_and_it_is_examined(run_virtual: Run) -> None:
    episode = play(run_virtual, script(*[add(1)] * 9), goal=2, limits=Limits(turns=2))
    assert episode.stop == "turn_limit"
    assert episode.findings is not None
    assert episode.findings.success


def test_errors_in_a_row_end_it(run_virtual: Run) -> None:
    episode = play(run_virtual, script(add(-1), add(1), add(-1), add(-1), add(1)), limits=Limits(tool_errors=2))
    assert episode.stop == "error_limit"
    assert len(episode.acted) == 4


def test_output_tokens_end_it(run_virtual: Run) -> None:
    class Talker:
        async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
            return Completion(message=said("more?"), finish="stop", model="m", usage=Usage(output_tokens=60))

    episode = play(run_virtual, Talker(), limits=Limits(output_tokens=100))
    assert episode.stop == "token_limit"
    assert len(episode.asked) == 2


def test_a_hanging_agent_ends_at_the_time_limit(run_virtual: Run) -> None:
    class Sleeper:
        async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
            await asyncio.sleep(1e6)
            raise AssertionError

    episode = play(run_virtual, Sleeper(), limits=Limits(wall_s=60))
    assert episode.stop == "time_limit"
    assert episode.wall_s == 60
    assert episode.findings is not None


def test_a_broken_environment_is_the_environments_fault(run_virtual: Run) -> None:
    episode = play(run_virtual, script(add(13)))
    assert episode.stop == "failed"
    assert episode.failure is not None
    assert (episode.failure.cause, episode.failure.kind) == ("environment", "RuntimeError")
    assert episode.missing


def test_a_model_that_gives_no_answer_is_the_providers_fault(run_virtual: Run) -> None:
    class Silent:
        async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
            raise ModelError("rate_limited", "429 for ever", status=429)

    episode = play(run_virtual, Silent())
    assert episode.failure is not None
    assert (episode.failure.cause, episode.failure.kind) == ("provider", "rate_limited")
    assert episode.missing


def test_a_bug_in_an_agent_is_not_blamed_on_the_environment(run_virtual: Run) -> None:
    class Buggy:
        async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
            raise KeyError("oops")

    episode = play(run_virtual, Buggy())
    assert episode.failure is not None
    assert episode.failure.cause == "infra"


def test_an_overflowing_context_is_the_agents_own_fault(run_virtual: Run) -> None:
    class Wordy:
        async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
            raise ModelError("context_overflow", "too long", cause="agent", status=400)

    episode = play(run_virtual, Wordy())
    assert not episode.missing
    assert episode.findings is not None


def test_the_environment_is_closed_whatever_happens(run_virtual: Run) -> None:
    world = Counter(1)
    run_virtual(run_episode(episode_spec(), lambda: world, script(add(13)), Limits(), SystemClock()))
    assert world.closed


def test_an_examination_that_never_ends_is_the_environments_fault(run_virtual: Run) -> None:
    class Endless(Counter):
        async def examine(self) -> Findings:
            await asyncio.sleep(1e6)
            raise AssertionError

    agent = script(add(3), said("Done."))
    episode = run_virtual(run_episode(episode_spec(), lambda: Endless(3), agent, Limits(examine_s=5), SystemClock()))
    assert episode.missing
    assert episode.failure is not None
    assert episode.failure.cause == "environment"
    assert episode.failure.message == "no findings within 5 s (limits.examine_s)"
    assert episode.wall_s == pytest.approx(5.0)
