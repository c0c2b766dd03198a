"""Calls: executed as BFCL would execute them, refused when they cannot be or would block the process."""

import importlib
import itertools
import json

import pytest
from support.bfcl import bfcl, opened, random_calls, words
from support.played import play
from support.scripts import calls_of, tool_call
from support.shipped import module_of

from wardian.base.messages import ToolCall

EXECUTOR = importlib.import_module("bfcl_eval.eval_checker.multi_turn_eval.multi_turn_utils")
SAMPLE = [card.id for card in bfcl().tasks()][::9]
SERIAL = itertools.count()


@pytest.mark.parametrize("task", SAMPLE)
async def test_results_and_states_are_those_of_bfcls_own_executor(task: str) -> None:
    """Random calls, with texts that look like calls among the arguments, through both executors."""
    environment = await opened(task)
    scenario = bfcl()._scenarios[task]  # type: ignore[attr-defined]
    calls = list(random_calls(environment.tools(), words(scenario.initial_config), task, 40))
    ours = [(await environment.call(each)).text for each in calls]

    read = module_of(bfcl(), "calls")
    values = [read.Call(name=each.name, arguments=json.loads(each.arguments)) for each in calls]
    texts = [text for turn in module_of(bfcl(), "grading")._python(scenario, [values]) for text in turn]
    entry, model = scenario.entry, f"fidelity_{next(SERIAL)}"
    theirs, instances = EXECUTOR.execute_multi_turn_func_call(
        texts, entry["initial_config"], entry["involved_classes"], model, task, scenario.long_context
    )
    for name in [name for name in vars(EXECUTOR) if name.startswith(model)]:
        del vars(EXECUTOR)[name]
    assert ours == theirs
    rows = module_of(bfcl(), "rows")
    assert environment.digest() == rows.rows_digest(rows.rows_of(instances))


@pytest.mark.parametrize(
    ("asked", "code", "text"),
    [
        (ToolCall(id="1", name="format_disk"), "unknown_tool", "there is no function 'format_disk'"),
        (ToolCall(id="1", name="__init__"), "unknown_tool", "there is no function '__init__'"),
        (ToolCall(id="1", name="_load_scenario"), "unknown_tool", "there is no function '_load_scenario'"),
        (ToolCall(id="1", name="cd", arguments="{folder"), "invalid_arguments", "the arguments are not JSON"),
        (ToolCall(id="1", name="cd", arguments='["x"]'), "invalid_arguments", "must be a JSON object"),
        (ToolCall(id="1", name="cd", arguments='{"x) or exit(": 1}'), "invalid_arguments", "the name of an argument"),
        (ToolCall(id="1", name="cd", arguments='{"lambda": 1}'), "invalid_arguments", "the name of an argument"),
        (tool_call("logarithm", value=2, base=10, precision=10**9), "invalid_arguments", "limited to 1000"),
        (tool_call("square_root", number=2, precision=1e300), "invalid_arguments", "limited to 1000"),
        (tool_call("round_number", number=5, decimal_places=-(10**9)), "invalid_arguments", "limited to 1000"),
        (tool_call("power", base=10, exponent=10**9), "invalid_arguments", "too many digits"),
    ],
)
async def test_what_is_refused_is_not_executed(asked: ToolCall, code: str, text: str) -> None:
    """multi_turn_base_35 has the file system and the mathematics."""
    environment = await opened("multi_turn_base_35")
    before = environment.snapshot()
    observation = await environment.call(asked)
    assert observation.error == code
    assert text in observation.text
    assert observation.text.startswith('{"error"')
    assert environment.snapshot() == before


@pytest.mark.parametrize(
    ("asked", "code", "text"),
    [
        (tool_call("cd", folder="nowhere"), "tool_error", '{"error": "cd: \'nowhere\': No such file'),
        (tool_call("cd"), "invalid_arguments", "Error during execution: GorillaFileSystem.cd() missing 1 required"),
        (
            tool_call("cd", dir="x"),
            "invalid_arguments",
            "Error during execution: GorillaFileSystem.cd() got an unexpected",
        ),
        (tool_call("cd", folder=["x"]), "tool_error", "Error during execution: 'list' object has no attribute"),
        (tool_call("power", base=1, exponent=10**9), None, '{"result": 1}'),
        (tool_call("square_root", number=2, precision=5), None, "{'result': Decimal('1.4142')}"),
    ],
)
async def test_what_is_executed_answers_in_bfcls_words(asked: ToolCall, code: str | None, text: str) -> None:
    environment = await opened("multi_turn_base_35")
    observation = await environment.call(asked)
    assert observation.error == code
    assert observation.text.startswith(text)


async def test_changes_name_what_a_call_did() -> None:
    environment = await opened("multi_turn_base_0")
    went, made, looked = [
        await environment.call(each)
        for each in (tool_call("cd", folder="document"), tool_call("mkdir", dir_name="temp"), tool_call("ls"))
    ]
    (moved,) = went.changes
    assert (moved.column, moved.before, moved.after) == ("(working directory)", "/workspace", "/workspace/document")
    (created,) = made.changes
    assert (created.table, created.key) == ("GorillaFileSystem", "/workspace/document/temp")
    assert (created.kind, created.after) == ("insert", {"directory": True})
    assert looked.changes == ()


async def test_the_list_of_writing_functions_is_what_they_do() -> None:
    """Ground truth and random calls: no reader changes a state, and every writer does."""
    writers, wrote = set(), set()
    for card in bfcl().tasks():
        environment = await opened(card.id)
        state = bfcl()._scenarios[card.id].initial_config  # type: ignore[attr-defined]
        script = calls_of(bfcl().reference(card.id))
        script += random_calls(environment.tools(), words(state), card.id, 15)
        writers |= {tool.name for tool in environment.tools() if tool.effect == "write"}
        for each in script:
            if (await environment.call(each)).changes:
                wrote.add(each.name)
    assert wrote == writers
    assert writers == module_of(bfcl(), "effects").WRITES


async def test_a_directory_copied_into_itself_ends_nothing() -> None:
    """BFCL's tree then contains itself: digest, snapshot and verdict must still come to an end."""
    environment = await opened("multi_turn_base_0")
    copy = tool_call("cp", source="document", destination="document")
    assert (await environment.call(copy)).error is None
    assert (await environment.call(tool_call("du"))).text.startswith("Error during execution: maximum recursion")
    await play(environment, bfcl().reference("multi_turn_base_0"))
    other = bfcl().environment("multi_turn_base_0")
    other.restore(environment.snapshot())
    assert other.digest() == environment.digest()
    assert not (await environment.examine()).success
