"""BFCL's own checker accepts its ground truth, and nothing less, through our runtime."""

import re
from collections import Counter
from pathlib import Path

import pytest
from support.bfcl import bfcl, episode, opened
from support.scripts import calls_of, do, without_call
from support.shipped import ENVS, ROOT, module_of, outcome

from wardian.base.errors import ConfigError
from wardian.base.identity import random_stream
from wardian.base.messages import ToolCall
from wardian.environments.packs import load_pack
from wardian.specs.job import Limits
from wardian.specs.load import load

GUIDE = ROOT / "docs/guides/bfcl.md"
TASKS = [card.id for card in bfcl().tasks()]


async def valid_without(task: str, call: ToolCall) -> bool:
    return (await outcome(bfcl(), task, without_call(bfcl().reference(task), call), seed=0)).success


async def test_all_800_references_are_valid() -> None:
    for task in TASKS:
        done = await episode(bfcl(), task, bfcl().reference(task))
        assert done.findings is not None, done.failure
        assert done.findings.success, (task, done.findings.checks)
        assert done.findings.actual == done.findings.expected, task
        assert done.findings.reference_calls == len(done.acted), task
        assert not [acted for acted in done.acted if acted.observation.error], task
    assert len(set(TASKS)) == 800


async def test_doing_nothing_is_never_valid() -> None:
    for task in TASKS:
        done = await episode(bfcl(), task, [])
        assert done.stop == "finished"
        assert done.findings is not None
        assert not done.findings.success, task


@pytest.mark.parametrize("category", ["base", "miss_func", "miss_param", "long_context"])
async def test_a_dropped_call_is_detected_in_200_of_200_tasks(category: str) -> None:
    tasks = [task for task in TASKS if f"_{category}_" in task]
    assert len(tasks) == 200
    for task in tasks:
        calls = calls_of(bfcl().reference(task))
        assert not await valid_without(task, random_stream(task, "drop").choice(calls)), task


async def test_whichever_call_is_dropped_it_is_detected_unless_its_answer_was_seen_before() -> None:
    missed, tried = [], 0
    for task in TASKS:
        calls = calls_of(bfcl().reference(task))
        tried += len(calls)
        missed += [(task, call.name) for call in calls if await valid_without(task, call)]
    variants = ("base", "miss_func", "miss_param")
    assert missed == [(f"multi_turn_{variant}_113", "get_watchlist") for variant in variants]
    assert f"{len(missed)} of {tried:,}" in GUIDE.read_text()


async def test_an_episode_that_stops_early_is_invalid() -> None:
    task = "multi_turn_base_0"
    done = await episode(bfcl(), task, bfcl().reference(task), Limits(turns=5))
    assert done.stop == "turn_limit"
    assert done.findings is not None
    (check,) = done.findings.checks
    assert check.detail == "multi_turn:force_terminated: the episode ended in turn 2 of 4"


async def test_a_call_where_none_was_possible_is_reported_but_does_not_decide() -> None:
    task = "multi_turn_miss_func_0"
    script = list(bfcl().reference(task))
    refusal = next(index for index, message in enumerate(script) if message.content.startswith("I cannot"))
    looked = [*script[:refusal], do("pwd"), *script[refusal:]]
    verdict, restraint = (await outcome(bfcl(), task, looked)).checks
    assert (verdict.passed, verdict.required) == (True, True)
    assert (restraint.passed, restraint.required, restraint.weight) == (False, False, 0.0)


async def test_withheld_functions_join_in_their_turn() -> None:
    environment = await opened("multi_turn_miss_func_2")
    before = [tool.name for tool in environment.tools()]
    lines = [await environment.reply("no") for _ in range(4)]
    assert not {"cp", "cat"} & set(before)
    assert lines[-1] == "I have updated some more functions you can choose from. What about now?"
    assert [tool.name for tool in environment.tools()] == [*before, "cp", "cat"]


def test_the_schemas_are_json_schema() -> None:
    valid_types = {"object", "array", "string", "number", "integer", "boolean"}
    schemas = [tool.parameters for task in TASKS for tool in bfcl().environment(task).tools()]
    for schema in schemas:
        assert schema["type"] == "object"
        assert set(re.findall(r"'type': '([^']*)'", str(schema))) <= valid_types
    convert = module_of(bfcl(), "functions").json_schema
    assert convert({"type": "any", "description": "x"}) == {"description": "x"}
    assert convert({"type": "tuple", "items": {"type": "float"}}) == {"type": "array", "items": {"type": "number"}}


def test_categories() -> None:
    assert Counter(re.sub(r"\d+$", "", task) for task in TASKS[:8]) == dict.fromkeys(
        ["multi_turn_base_", "multi_turn_miss_func_", "multi_turn_miss_param_", "multi_turn_long_context_"], 2
    )
    long = bfcl("long_context")
    assert [card.id for card in long.tasks()] == [f"multi_turn_long_context_{n}" for n in range(200)]
    assert long.digest != bfcl().digest
    assert len({card.template for card in bfcl().tasks()}) == 200
    with pytest.raises(ConfigError, match="'bfcl', knob 'category': 'simple' is not one of all, base"):
        bfcl("simple")


@pytest.mark.parametrize("missing", ["bfcl_eval", "mpmath"])
def test_without_the_packages_one_line_says_how_to_install_them(missing: str) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(f"No module named '{missing}'", name=missing)

    with pytest.raises(ConfigError) as caught:
        module_of(bfcl(), "library").open_library(absent)
    assert str(caught.value) == (
        f"the pack 'bfcl' needs the package '{missing}', "
        "install it with: pip install --no-deps bfcl-eval && pip install mpmath"
    )


def test_a_version_without_the_data_is_named() -> None:
    library = module_of(bfcl(), "library").open_library()
    with pytest.raises(ConfigError, match=r"bfcl-eval \d+\S+ has no data file multi_turn_x.json"):
        library.read_lines("multi_turn_x.json")


def test_the_config_and_the_one_in_the_guide(tmp_path: Path) -> None:
    assert [agent.kind for agent in load(ROOT / "configs/bfcl.yaml", environ={}).agents] == ["reference", "idle"]
    (block,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    (tmp_path / "job.yaml").write_text(block)
    job = load(tmp_path / "job.yaml", environ={})
    assert [len(load_pack(spec, [ENVS]).tasks()) for spec in job.environments] == [200] * 4


def test_the_code_in_the_guide_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    exec(compile(block, str(GUIDE), "exec"), {})
