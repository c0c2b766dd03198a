"""The pack workspace: references solve every task, and haste, guesses and deaf ears do not."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson
import pytest
from support.played import say

from wardian.base.messages import Message, ToolCall
from wardian.environments.environment import Environment
from wardian.environments.files.tree import version_of
from wardian.environments.findings import Findings
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_pack
from wardian.environments.simulated import SimulatedWorld
from wardian.specs.environments import EnvironmentSpec, KnobValue

ENVS = Path(__file__).resolve().parents[2] / "envs"
TEMPLATES = {
    *("rename_term", "merge_notes", "fix_value", "book_delivery", "bump_release", "collect_actions"),
    *("apply_review", "retire_drafts", "compare_settings", "open_incident", "make_room"),
}


def workspace(**knobs: KnobValue) -> Pack:
    return load_pack(EnvironmentSpec(pack="workspace", knobs=knobs), [ENVS])


@pytest.fixture(scope="module")
def pack() -> Pack:
    return workspace()


def of(pack: Pack, template: str) -> list[TaskCard]:
    found = [card for card in pack.tasks() if card.template == template]
    assert found, template
    return found


def calls(script: Sequence[Message]) -> list[ToolCall]:
    return [call for message in script for call in message.tool_calls]


def do(name: str, **arguments: object) -> Message:
    call = ToolCall(id="c", name=name, arguments=orjson.dumps(arguments).decode())
    return Message(role="assistant", tool_calls=(call,))


async def play(world: Environment, script: Iterable[Message]) -> int:
    """Play `script`; how many messages were needed until the user left, or -1 when they stayed."""
    for number, message in enumerate(script, 1):
        for call in message.tool_calls:
            await world.call(call)
        if not message.tool_calls and await world.reply(message.content) is None:
            return number
    return -1


async def outcome(pack: Pack, task: str, script: Sequence[Message]) -> Findings:
    world = pack.environment(task)
    await world.open(1)
    await play(world, script)
    findings = await world.examine()
    world.close()
    return findings


def failing(findings: Findings) -> set[str]:
    return {check.name for check in findings.checks if not check.passed}


async def read(world: Environment, path: str) -> tuple[str, str]:
    """Text and version of a file."""
    seen = await world.call(do("read_file", path=path).tool_calls[0])
    answer = orjson.loads(seen.text)
    return answer["text"], answer["version"]


def test_there_is_plenty_to_do(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert {card.template for card in cards} == TEMPLATES
    assert len({card.id for card in cards}) == len(cards)
    for template in TEMPLATES:
        assert len({card.persona for card in of(pack, template)}) == 5


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"seed": 7, "files": 0, "lookalikes": 0, "conflicts": 0},
        {"seed": 8, "files": 60, "lookalikes": 6, "conflicts": 4},
        {"spare_kb": 8, "spare_entries": 10},
        *({"personas": persona} for persona in ("plain", "terse", "chatty", "forgetful", "impatient")),
    ],
)
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    pack = workspace(**knobs)
    for card in pack.tasks():
        script = pack.reference(card.id)
        world = pack.environment(card.id)
        await world.open(3)
        assert await play(world, script) == len(script), card
        findings = await world.examine()
        assert findings.success, (card, failing(findings))
        world.close()


async def test_stock_phrases_solve_nothing(pack: Pack) -> None:
    everything = "Done. I have changed 1, 2, 3, 4, 5, 6 files, actions, drafts and comments. Is there anything else?"
    for card in pack.tasks():
        for text in ("", everything, "I am sorry, I cannot do that.", "I am transferring you to a colleague."):
            assert not (await outcome(pack, card.id, [say(text)] * 8)).success, card


async def test_who_does_the_work_but_tells_nothing_has_not_finished(pack: Pack) -> None:
    for card in pack.tasks():
        if card.template == "merge_notes":
            continue
        script = [
            m if m.tool_calls or "?" in m.content.split("Is there")[0] else say("Done.")
            for m in pack.reference(card.id)
        ]
        assert any(name.startswith("told") for name in failing(await outcome(pack, card.id, script))), card


async def test_who_clings_to_what_they_have_read_loses_the_colleague_s_edit(pack: Pack) -> None:
    for card in of(pack, "fix_value"):
        world = pack.environment(card.id)
        await world.open(1)
        script = pack.reference(card.id)
        edit = next(orjson.loads(c.arguments) for c in calls(script) if c.name == "edit_file")
        stale, version = await read(world, edit["path"])
        refused = await world.call(do("edit_file", **{**edit, "version": version}).tool_calls[0])
        assert refused.error == "conflict"
        _, version = await read(world, edit["path"])
        text = stale.replace(edit["old_text"], edit["new_text"])
        await play(world, [do("write_file", path=edit["path"], text=text, version=version), script[-1]])
        assert failing(await world.examine()) == {"state"}
        world.close()


async def test_who_reckons_with_what_was_there_before_is_wrong(pack: Pack) -> None:
    for card in of(pack, "book_delivery"):
        world = pack.environment(card.id)
        await world.open(1)
        edit = next(orjson.loads(c.arguments) for c in calls(pack.reference(card.id)) if c.name == "edit_file")
        came = re.search(r"\d+", await world.reply("How many have come?") or "")
        assert came is not None
        item = edit["new_text"].rpartition(",")[0]
        stale = await read(world, "data/stock.csv")
        before = next(line for line in stale[0].split("\n") if line.startswith(item))
        total = int(before.rpartition(",")[2]) + int(came[0])
        _, version = await read(world, "data/stock.csv")
        rash = {**edit, "new_text": f"{item},{total}", "version": version}
        await play(world, [do("edit_file", **rash), say(f"Done. The delivery is recorded: there are {total} now.")])
        assert failing(await world.examine()) == {"state", "told_total"}
        world.close()


async def test_a_conflict_happens_once_and_ends_with_the_colleague_s_line(pack: Pack) -> None:
    for card in of(pack, "fix_value"):
        world = pack.environment(card.id)
        await world.open(1)
        seen = [await read(world, "config/alarms.yaml") for _ in range(3)]
        assert seen[0] != seen[1] == seen[2]
        assert seen[0][0].split("\n")[1:] == seen[1][0].split("\n")[1:], "only who owns the file has changed"
        world.close()


async def test_without_conflicts_nobody_interferes() -> None:
    pack = workspace(conflicts=0)
    for card in pack.tasks():
        if card.template == "book_delivery":
            continue
        script = pack.reference(card.id)
        paths = [c.arguments for c in calls(script) if c.name == "read_file"]
        assert len(paths) == len(set(paths)), card


async def test_more_conflicts_are_more_conflicts() -> None:
    def readings(conflicts: int) -> int:
        pack = workspace(conflicts=conflicts)
        return sum(c.name == "read_file" for card in pack.tasks() for c in calls(pack.reference(card.id)))

    assert readings(0) < readings(1) < readings(2) < readings(4)


async def test_deleting_without_a_yes_fails(pack: Pack) -> None:
    for template in ("merge_notes", "make_room"):
        for card in of(pack, template):
            rash = [m for m in pack.reference(card.id) if "Shall I" not in m.content]
            assert "confirmed_before_write" in failing(await outcome(pack, card.id, rash)), card


async def test_there_is_no_room_before_the_largest_file_goes(pack: Pack) -> None:
    for card in of(pack, "make_room"):
        world = pack.environment(card.id)
        await world.open(1)
        backup = next(c for c in calls(pack.reference(card.id)) if c.name == "copy_file")
        assert (await world.call(backup)).error == "quota_exceeded"
        listed = orjson.loads((await world.call(do("list_folder", path="tmp").tool_calls[0])).text)["entries"]
        sizes = sorted((entry["bytes"], entry["name"]) for entry in listed)
        deleted = next(orjson.loads(c.arguments) for c in calls(pack.reference(card.id)) if c.name == "delete_file")
        assert deleted["path"] == f"tmp/{sizes[-1][1]}"
        assert sizes[-1][0] > sizes[-2][0]
        world.close()


async def test_a_rename_in_the_archive_or_in_a_longer_word_fails() -> None:
    pack = workspace(lookalikes=6, tasks=33)
    for card in of(pack, "rename_term"):
        world = pack.environment(card.id)
        await world.open(1)
        script = pack.reference(card.id)
        search = next(orjson.loads(c.arguments) for c in calls(script) if c.name == "search_text")
        old = search["query"].removeprefix("\\b").removesuffix("\\b")
        found = await world.call(do("search_text", query=old, ignore_case=True).tool_calls[0])
        paths = {match["path"] for match in orjson.loads(found.text)["matches"]}
        changed = {orjson.loads(c.arguments)["path"] for c in calls(script) if c.name in ("edit_file", "write_file")}
        assert len(paths - changed) >= 6
        await play(world, script[:-1])
        trap = min(paths - changed)
        text, version = await read(world, trap)
        spoilt = do(
            "write_file", path=trap, text=text.replace(old, "Zebra").replace(old.lower(), "zebra"), version=version
        )
        await play(world, [spoilt, script[-1]])
        assert failing(await world.examine()) == {"state"}
        world.close()


async def test_a_tool_s_text_may_be_laid_out_otherwise(pack: Pack) -> None:
    """Another way to the same words: the whole file at once, with an empty line and no line feed at the end."""
    for card in of(pack, "fix_value"):
        world = pack.environment(card.id)
        await world.open(1)
        script = pack.reference(card.id)
        edit = next(orjson.loads(c.arguments) for c in calls(script) if c.name == "edit_file")
        await read(world, edit["path"])
        text, version = await read(world, edit["path"])
        text = text.replace(edit["old_text"], edit["new_text"] + "\n")
        await play(world, [do("write_file", path=edit["path"], text=text, version=version), script[-1]])
        assert (await world.examine()).success, card
        world.close()


async def test_all_settings_is_no_answer_to_which_differ(pack: Pack) -> None:
    for card in of(pack, "compare_settings"):
        world = pack.environment(card.id)
        await world.open(1)
        both = [(await read(world, f"config/{name}.yaml"))[0] for name in ("staging", "production")]
        rows = zip(*(text.split("\n")[1:] for text in both), strict=True)
        await play(world, [say("\n".join(f"{one} | {other}" for one, other in rows))])
        assert failing(await world.examine()) == {"only_what_differs"}
        world.close()


@pytest.mark.parametrize(
    ("template", "proposal", "answer"),
    [
        ("rename_term", "Shall I replace it in the archive as well?", "leave the archive alone"),
        ("bump_release", "Should I also update the changelog?", "leave the changelog"),
        ("fix_value", "Shall I change docs/thresholds.md?", "stays as it is"),
        ("apply_review", "Shall I apply the withdrawn comments too?", "is not applied"),
        ("merge_notes", "Shall I keep the two notes in the archive?", "Only the merged one"),
        ("retire_drafts", "Shall I also move those in review?", "Only what is retired"),
        ("make_room", "There is no room. Shall I delete tmp/trace.log?", "Only the largest file"),
    ],
)
async def test_nobody_agrees_to_what_goes_too_far(pack: Pack, template: str, proposal: str, answer: str) -> None:
    for card in of(pack, template):
        world = pack.environment(card.id)
        await world.open(1)
        assert answer in (await world.reply(proposal) or ""), card
        world.close()


async def test_a_proposal_that_says_what_stays_is_agreed_to(pack: Pack) -> None:
    for card in of(pack, "retire_drafts"):
        world = pack.environment(card.id)
        await world.open(1)
        answer = await world.reply("I will move the retired drafts and leave those in review where they are. Shall I?")
        assert "Only" not in (answer or ""), card
        world.close()


@pytest.mark.parametrize("told", ["4", "That was four.", "I changed **4** of the files.", "In total: 4"])
async def test_a_number_may_be_told_in_any_words(pack: Pack, told: str) -> None:
    for card in of(pack, "rename_term"):
        script = [*pack.reference(card.id)[:-1], say("Done."), say(told)]
        assert (await outcome(pack, card.id, script)).success, card


@pytest.mark.parametrize("told", ["5 files", "1. a\n2. b\n3. c\n4. d\n5. e", "Release 4.1", "in 14 files"])
async def test_another_number_is_not_that_number(pack: Pack, told: str) -> None:
    for card in of(pack, "rename_term"):
        script = [*pack.reference(card.id)[:-1], say(told)]
        assert failing(await outcome(pack, card.id, script)) == {"told_count"}, card


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[:22]:
        script = pack.reference(card.id)
        for middle in range(1, len(script), 3):
            world = pack.environment(card.id)
            assert isinstance(world, SimulatedWorld)
            await world.open(5)
            await play(world, script[:middle])
            fork = world.fork()
            assert await play(world, script[middle:]) == await play(fork, script[middle:])
            assert fork.digest() == world.digest()
            assert await fork.examine() == await world.examine()
            world.close()
            fork.close()


def test_a_task_depends_on_no_other() -> None:
    few, many = workspace(tasks=5), workspace(tasks=40)
    assert [few.reference(card.id) for card in few.tasks()] == [many.reference(card.id) for card in many.tasks()[:5]]
    assert workspace(tasks=5, seed=1).reference(few.tasks()[0].id) != few.reference(few.tasks()[0].id)


async def test_knobs_change_the_folder() -> None:
    async def listed(**knobs: KnobValue) -> set[str]:
        pack = workspace(tasks=1, **knobs)
        seen = await pack.environment(pack.tasks()[0].id).call(do("find_files", pattern="*").tool_calls[0])
        return set(orjson.loads(seen.text)["paths"])

    small, large = await listed(files=0, lookalikes=0), await listed(files=40, lookalikes=6)
    assert len(large) - len(small) == 46


async def test_every_tool_is_needed_somewhere(pack: Pack) -> None:
    offered = {schema.name for schema in pack.environment(pack.tasks()[0].id).tools()}
    assert {call.name for card in pack.tasks() for call in calls(pack.reference(card.id))} == offered


async def test_what_a_version_is_can_be_reckoned(pack: Pack) -> None:
    """References know the versions of texts, because they follow from the texts."""
    world = pack.environment(pack.tasks()[0].id)
    text, version = await read(world, "CHANGELOG.md")
    assert version == version_of(text + "\n")
    world.close()
