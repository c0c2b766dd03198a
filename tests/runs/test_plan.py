"""Plans: the same job always means the same episodes."""

import re

import pytest
from support.packs.counter.environment import CounterPack

from wardian.base.errors import ConfigError
from wardian.runs.plan import Plan
from wardian.specs.job import JobSpec


def job(**changes: object) -> JobSpec:
    base: dict[str, object] = {
        "name": "j",
        "environments": [{"pack": "counter"}],
        "models": {"m": {"base_url": "http://127.0.0.1:1/v1"}, "n": {"base_url": "http://127.0.0.1:2/v1"}},
        "prompts": {"p": "Be quick."},
        "agents": [{"name": "a", "model": "m", "prompt": "p"}, {"kind": "idle"}],
        "repeats": 2,
    }
    return JobSpec.model_validate_json(JobSpec.model_validate({**base, **changes}).model_dump_json())


def keys(job: JobSpec, pack: CounterPack | None = None) -> list[str]:
    return [spec.key for spec in Plan(job, {"counter": pack or CounterPack()})]


def test_every_combination_once() -> None:
    plan = Plan(job(), {"counter": CounterPack()})
    assert len(plan) == len(list(plan)) == len(set(keys(job()))) == 3 * 2 * 2


def test_the_order_and_the_keys_never_change() -> None:
    assert keys(job()) == keys(job())


def test_arms_are_paired_on_task_and_seed() -> None:
    specs = list(Plan(job(), {"counter": CounterPack()}))
    for first, second in zip(specs[::2], specs[1::2], strict=True):
        assert (first.task, first.seed) == (second.task, second.seed)
        assert first.agent != second.agent
    assert len({spec.seed for spec in specs}) == 6


def test_forks_begin_in_one_state_and_are_episodes_of_their_own() -> None:
    plain, forked = (list(Plan(job(**more), {"counter": CounterPack()})) for more in ({}, {"forks": 3}))
    assert len(forked) == len(Plan(job(forks=3), {"counter": CounterPack()})) == 3 * len(plain)
    assert {(spec.task, spec.seed) for spec in forked} == {(spec.task, spec.seed) for spec in plain}
    assert len({spec.key for spec in forked}) == len({spec.sample for spec in forked}) == len(forked)


@pytest.mark.parametrize(
    "changes",
    [
        {"prompts": {"p": "Be slow."}},
        {"seed": 1},
        {"models": {"m": {"base_url": "http://h/v1", "tools": "text"}}},
        {"models": {"m": {"base_url": "http://h/v1", "model": "other"}}},
        {"models": {"m": {"base_url": "http://h/v1", "extra": {"reasoning_effort": "high"}}}},
        {"models": {"m": {"base_url": "http://h/v1", "send_reasoning": False}}},
        {"agents": [{"name": "a", "model": "m", "prompt": "p", "sampling": {"temperature": 0.5}}]},
    ],
)
def test_what_decides_an_episode_changes_its_key(changes: dict[str, object]) -> None:
    arm = {"agents": [{"name": "a", "model": "m", "prompt": "p"}]}
    assert not set(keys(job(**arm))) & set(keys(job(**{**arm, **changes})))


@pytest.mark.parametrize("changes", [{"name": "other"}, {"output": "elsewhere"}, {"limits": {"wall_s": 5}}])
def test_what_does_not_decide_it_does_not(changes: dict[str, object]) -> None:
    assert keys(job()) == keys(job(**changes))


def test_what_a_registry_says_beside_the_prompt_is_part_of_the_arm() -> None:
    read = {"p": {"name": "x", "version": 2, "texts": {"recovery": "Again."}}}
    (arm, idle), (plain, _) = (Plan(each, {"counter": CounterPack()}).agents for each in (job(versions=read), job()))
    assert arm.bundle is not None
    assert (arm.name, arm.plays, dict(arm.bundle.texts)) == ("a", "a", {"recovery": "Again."})
    assert arm.digest != plain.digest
    assert idle.bundle is None
    known = {"p": {"name": "x", "version": 2}}
    assert keys(job(versions=known)) == keys(job())


def test_a_changed_pack_changes_every_key() -> None:
    assert not set(keys(job())) & set(keys(job(), CounterPack(digest="d2")))


def test_the_first_tasks_or_named_ones() -> None:
    chosen = [{"pack": "counter", "tasks": ["count-3"]}]
    assert {spec.task.id for spec in Plan(job(environments=chosen), {"counter": CounterPack()})} == {"count-3"}
    first = [{"pack": "counter", "tasks": 2}]
    assert {spec.task.id for spec in Plan(job(environments=first), {"counter": CounterPack()})} == {
        "count-1",
        "count-2",
    }


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        (["count-1", "count-33"], "environments.0.tasks.1: 'counter' has no task 'count-33'; did you mean 'count-3'?"),
        (9, "environments.0.tasks: 'counter' has 3 tasks, not 9"),
    ],
)
def test_tasks_that_are_not_there(tasks: object, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        Plan(job(environments=[{"pack": "counter", "tasks": tasks}]), {"counter": CounterPack()})
