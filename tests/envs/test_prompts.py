"""The pack `prompts`: lines of a file as tasks of one turn."""

from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest
from support.played import play
from support.scripts import say
from support.shipped import outcome, references_solve, shipped

from wardian.base.errors import ConfigError, EnvironmentFault
from wardian.base.messages import ToolCall
from wardian.environments.pack import Pack


def of(folder: Path, *lines: Mapping[str, object], **knobs: str) -> Pack:
    """The pack on a file of these lines, with an empty one between them."""
    path = folder / "mine.jsonl"
    path.write_bytes(b"\n\n".join(map(orjson.dumps, lines)))
    return shipped("prompts", file=str(path), **knobs)


async def test_the_gold_answers_that_are_shipped_pass() -> None:
    await references_solve(shipped("prompts"))


async def test_an_answer_to_another_question_passes_nowhere_but_by_being_its_answer_too() -> None:
    pack = shipped("prompts")
    for card in pack.tasks():
        gold = pack.reference(card.id)[0].content
        wrong = next(other[0] for task in pack.tasks() if (other := pack.reference(task.id))[0].content != gold)
        assert not (await outcome(pack, card.id, [wrong])).success, card.id


async def test_one_text_is_the_answer_and_the_end(tmp_path: Path) -> None:
    pack = of(tmp_path, {"prompt": "Capital of France?", "system": "Be short.", "gold": "Paris"})
    world = pack.environment("1")
    opening = await world.open(0)
    assert [(each.role, each.content) for each in opening] == [("system", "Be short."), ("user", "Capital of France?")]
    assert world.tools() == ()
    assert (await world.call(ToolCall(id="1", name="search"))).error == "unknown_tool"
    assert (await play(world, [say("Paris"), say("Lyon")])).needed == 1
    assert (await world.examine()).success


async def test_each_of_several_gold_answers_will_do(tmp_path: Path) -> None:
    pack = of(
        tmp_path,
        {"prompt": "Which planet is ours?", "gold": ["Earth", "the Earth"]},
        {"prompt": "6 times 7?", "gold": 42},
    )
    assert (await outcome(pack, "1", [say("the Earth")])).success
    assert not (await outcome(pack, "1", [say("Mars")])).success
    assert (await outcome(pack, "3", [say("42")])).success
    assert [message.content for message in pack.reference("1")] == ["Earth"]


async def test_who_repeats_the_question_has_not_answered_it(tmp_path: Path) -> None:
    pack = of(tmp_path, {"prompt": "Which one? Say A B C or D", "gold": "D", "agree": "choice"})
    assert not (await outcome(pack, "1", [say("Which one? Say A B C or D")])).success


async def test_without_a_gold_answer_any_answer_counts(tmp_path: Path) -> None:
    pack = of(tmp_path, {"prompt": "Tell me a story.", "metadata": {"genre": "fable"}})
    findings = await outcome(pack, "1", [say("Once upon a time.")])
    assert findings.success
    assert findings.notes == {"genre": "fable"}
    assert not (await outcome(pack, "1", [say("  ")])).success
    assert pack.reference("1") == []


async def test_a_snapshot_is_of_one_question(tmp_path: Path) -> None:
    pack = of(tmp_path, {"prompt": "One?", "gold": 1}, {"prompt": "Two?", "gold": 2})
    one, again, other = pack.environment("1"), pack.environment("1"), pack.environment("3")
    await play(one, [say("1")])
    again.restore(one.snapshot())
    assert again.digest() == one.digest()
    with pytest.raises(EnvironmentFault, match="another question"):
        other.restore(one.snapshot())


def test_tasks_have_the_ids_and_templates_of_the_file(tmp_path: Path) -> None:
    pack = of(tmp_path, {"prompt": "A?", "id": "a", "template": "letters"}, {"prompt": "B?"})
    assert [(card.id, card.template) for card in pack.tasks()] == [("a", "letters"), ("3", "3")]


def test_another_text_makes_another_digest(tmp_path: Path) -> None:
    before = of(tmp_path, {"prompt": "A?"}).digest
    assert of(tmp_path, {"prompt": "A?"}).digest == before
    assert of(tmp_path, {"prompt": "B?"}).digest != before


async def test_one_prompt_needs_no_file() -> None:
    pack = shipped("prompts", prompt="What now?")
    assert [card.id for card in pack.tasks()] == ["prompt"]
    assert (await outcome(pack, "prompt", [say("Wait.")])).success


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('{"prompt": ""}', "mine.jsonl:1: prompt: String should have at least 1"),
        ('{"prompt": "a", "golden": "b"}', "mine.jsonl:1: golden: Extra inputs"),
        ('{"prompt": "a", "gold": {"b": 1}}', "mine.jsonl:1: gold.0: Input should be a valid string"),
        ('{"prompt": "a", "agree": "roughly"}', "mine.jsonl:1: agree"),
        ("{", "mine.jsonl:1: the line: Invalid JSON"),
        ('{"prompt": "a", "id": "x"}\n{"prompt": "b", "id": "x"}', "mine.jsonl:2: the id 'x' is there already"),
        ("\n", "there is no question in it"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    (tmp_path / "mine.jsonl").write_text(line)
    with pytest.raises(ConfigError, match=wrong):
        shipped("prompts", file=str(tmp_path / "mine.jsonl"))


def test_two_sources_of_questions_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two sources"):
        of(tmp_path, {"prompt": "a"}, prompt="b")
    with pytest.raises(ConfigError, match="cannot be read"):
        shipped("prompts", file=str(tmp_path / "none.jsonl"))
