"""Reset, step, close: for code without an event loop."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.base.messages import ToolCall
from wardian.environments.packs import load_pack
from wardian.episodes.driven import EpisodeEnded
from wardian.episodes.gym import Gym
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import Limits

PACK = load_pack(EnvironmentSpec(pack="library"), [Path(__file__).resolve().parents[2] / "envs"])
TASK = PACK.tasks()[0].id


def test_a_task_is_solved_step_by_step() -> None:
    with Gym(PACK, TASK) as gym:
        heard, info = gym.reset(seed=3)
        assert heard.startswith("Can I keep Middlemarch")
        assert info["policy"].startswith("You work at the desk")
        assert {tool.name for tool in gym.tools} == {"list_loans", "renew_loan"}
        for message in PACK.reference(TASK):
            _, reward, terminated, truncated, info = gym.step(message)
        while not terminated:
            assert reward == 0.0
            _, reward, terminated, truncated, info = gym.step("Goodbye.")
        assert (reward, truncated, info["stop"]) == (1.0, False, "finished")
        assert all(info["checks"].values())
        with pytest.raises(EpisodeEnded):
            gym.step("Hello?")
        assert gym.record().findings is not None


def test_a_call_is_a_name_with_arguments_or_a_tool_call() -> None:
    with Gym(PACK, TASK) as gym:
        gym.reset()
        one = gym.step(("list_loans", {"card": "7001"})).observation
        other = gym.step(ToolCall(id="x", name="list_loans", arguments='{"card": "7001"}')).observation
        assert one == other
        assert "Middlemarch" in one


def test_a_fork_and_a_restored_snapshot_go_on_from_there() -> None:
    with Gym(PACK, TASK) as gym:
        gym.reset()
        gym.step("What is the number of your card?")
        before = gym.snapshot()
        with gym.fork() as other:
            other.step(("list_loans", {"card": "7001"}))
            assert len(other.history) == len(gym.history) + 2
        gym.step("Never mind.")
        gym.restore(before)
        assert gym.snapshot() == before


def test_limits_truncate() -> None:
    with Gym(PACK, TASK, Limits(turns=1)) as gym:
        gym.reset()
        outcome = gym.step(("list_loans", {"card": "7001"}))
        assert (outcome.terminated, outcome.truncated, outcome.reward) == (False, True, 0.0)


def test_mistakes_are_named() -> None:
    with Gym(PACK) as gym:
        with pytest.raises(RuntimeError, match=r"call reset\(\) first"):
            gym.step("Hello")
        with pytest.raises(ConfigError, match="has no task 'renew_L70010x'"):
            gym.reset(task="renew_L70010x")


async def test_it_plays_where_an_event_loop_is_running_as_in_notebooks() -> None:
    with Gym(PACK, TASK) as gym:
        gym.reset(seed=3)
        outcomes = [gym.step(message) for message in PACK.reference(TASK)]
        assert outcomes[0].observation
        with gym.fork() as other:
            assert other.snapshot() == gym.snapshot()
        assert gym.record().events
