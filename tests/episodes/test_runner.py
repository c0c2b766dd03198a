"""The episode loop: every way in which an episode can end is a record."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from support.members import Speaker
from support.packs.counter.environment import Counter, add
from support.panels import fusion_of
from support.specs import episode_spec

from wardian.agents.agent import Agent
from wardian.agents.script_agent import ScriptAgent
from wardian.agents.tool_agent import ToolAgent
from wardian.base.clock import SteadyClock, SystemClock
from wardian.base.completion import Completion
from wardian.base.deadline import Stopwatch
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Origin, ToolSchema
from wardian.base.usage import Usage
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


class Ticking(Counter):
    """A counter that counts by itself while its user thinks."""

    async def reply(self, text: str) -> str | None:
        await self.call(add(10).tool_calls[0])
        return await super().reply(text)


def test_what_changes_while_the_user_answers_is_no_call_s_doing(run_virtual: Run) -> None:
    agent = script(add(1), said("more?"), add(0), add(2))
    episode = run_virtual(run_episode(episode_spec(), lambda: Ticking(99), agent, Limits(), SystemClock()))
    assert [acted.changed for acted in episode.acted] == [True, False, True]
    assert [acted.digest for acted in episode.acted] == ["1", "11", "13"]


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


class Waiting:
    """Answers after some seconds with the next message of a script; a part of them it waits for a rate limit."""

    def __init__(self, *messages: Message, seconds: float, queueing_s: float = 0.0) -> None:
        self._inner = script(*messages)
        self._seconds = seconds
        self._queueing_s = queueing_s

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        assert origin.stopwatch is not None
        origin.stopwatch.hold()
        await asyncio.sleep(self._queueing_s)
        origin.stopwatch.let_go()
        await asyncio.sleep(self._seconds)
        return await self._inner.act(history, tools, origin)


def test_a_slow_turn_ends_the_episode_and_counts(run_virtual: Run) -> None:
    class Tiring(Waiting):
        async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
            self._seconds *= 2
            return await super().act(history, tools, origin)

    agent = Tiring(*[add(1)] * 9, seconds=5.0)
    episode = play(run_virtual, agent, goal=2, limits=Limits(turn_s=30))
    assert episode.stop == "turn_time_limit"
    assert len(episode.acted) == 2
    assert episode.wall_s == pytest.approx(10.0 + 20.0 + 30.0)
    assert episode.findings is not None
    assert episode.findings.success
    assert not episode.missing


def test_a_turn_is_the_answers_of_the_world_as_well(run_virtual: Run) -> None:
    class Slow(Counter):
        async def reply(self, text: str) -> str | None:
            await asyncio.sleep(20.0)
            return await super().reply(text)

    agent, limits = Waiting(*[said("more?")] * 9, seconds=15.0), Limits(turn_s=30)
    episode = run_virtual(run_episode(episode_spec(), lambda: Slow(1), agent, limits, SystemClock()))
    assert episode.stop == "turn_time_limit"
    assert [event.kind for event in episode.events] == ["said", "asked"]


@pytest.mark.parametrize("limit", ["turn_s", "wall_s"])
def test_waiting_for_a_rate_limit_does_not_count(run_virtual: Run, limit: str) -> None:
    """A busy cluster is not the agent's fault: ten minutes in line for every turn, with a minute for the episode."""
    agent = Waiting(add(1), add(1), said("Done."), seconds=15.0, queueing_s=600.0)
    episode = play(run_virtual, agent, goal=2, limits=Limits.model_validate({limit: 60}))
    assert episode.stop == "finished"
    assert episode.wall_s == pytest.approx(3 * 615.0)
    slow = Waiting(*[add(1)] * 9, seconds=61.0, queueing_s=600.0)
    episode = play(run_virtual, slow, limits=Limits.model_validate({limit: 60}))
    assert episode.stop == ("time_limit" if limit == "wall_s" else "turn_time_limit")
    assert episode.wall_s == pytest.approx(660.0, abs=0.1)


def test_without_limits_it_takes_its_time(run_virtual: Run) -> None:
    agent = Waiting(add(1), said("Done."), seconds=1e6)
    assert play(run_virtual, agent, goal=1, limits=Limits(wall_s=None)).stop == "finished"


def test_lost_time_is_nobodys(run_virtual: Run) -> None:
    """What another episode blocked, its time included, ends no episode."""
    lost = 0.0

    class Blocked(Counter):
        async def reply(self, text: str) -> str | None:
            nonlocal lost
            lost += 500.0
            await asyncio.sleep(500.0)
            return await super().reply(text)

    async def playing() -> Episode:
        agent = Waiting(*[said("more?")] * 5, said("Done."), seconds=5.0)
        stopwatch = Stopwatch(SteadyClock(lambda now: lost))
        limits = Limits(wall_s=60)
        return await run_episode(episode_spec(), lambda: Blocked(0), agent, limits, SystemClock(), stopwatch)

    episode = run_virtual(playing())
    assert episode.stop == "finished"
    assert episode.wall_s == pytest.approx(6 * 505.0)


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


def test_a_fusion_that_gives_no_answer_is_paid_for(run_virtual: Run) -> None:
    panel = Speaker("a", kind="quota_exhausted", lasting=True, after_s=3.0), Speaker("b", after_s=1.0)
    episode = play(run_virtual, ToolAgent(fusion_of("fusion/p", panel)))
    assert episode.stop == "failed"
    assert (episode.cost_usd, episode.spent_usd) == (0.5, 0.5)
    assert episode.unanswered_fusion is not None
    assert [answer.state for answer in episode.unanswered_fusion.answers] == ["error", "ok"]
    assert Episode.model_validate_json(episode.model_dump_json()).cost_usd == 0.5


def test_a_fusion_that_is_cut_off_by_a_limit_is_paid_for(run_virtual: Run) -> None:
    panel = Speaker("a", after_s=1.0), Speaker("b", after_s=60.0)
    agent = ToolAgent(fusion_of("fusion/p", panel))
    episode = play(run_virtual, agent, limits=Limits(turns=3, turn_s=5.0))
    assert episode.stop == "turn_time_limit"
    assert episode.unanswered_fusion is not None
    assert [answer.state for answer in episode.unanswered_fusion.answers] == ["ok", "cancelled"]
    assert episode.unanswered_fusion.answers[0].cost_usd == 0.5
    assert episode.cost_usd is None, "nobody knows the price of the one that was cut off"


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
