"""The pack workspace: references solve every task, and haste, guesses and deaf ears do not."""

import re
from functools import partial

import orjson
import pytest
from support.played import play
from support.scripts import but, calls_of, do, say, tool_call, without_asking
from support.shipped import (
    failed,
    forks_alike,
    offered,
    opened,
    outcome,
    references_solve,
    shipped,
    solved_by,
    tasks_of,
    used,
)

from wardian.environments.environment import Environment
from wardian.environments.files.tree import version_of
from wardian.environments.pack import Pack
from wardian.environments.persona import PERSONAS
from wardian.specs.environments import KnobValue

TEMPLATES = {
    *("rename_term", "merge_notes", "fix_value", "book_delivery", "bump_release", "collect_actions"),
    *("apply_review", "retire_drafts", "compare_settings", "open_incident", "make_room"),
}
workspace = partial(shipped, "workspace")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return workspace()


async def read(world: Environment, path: str) -> tuple[str, str]:
    """Text and version of a file."""
    seen = await world.call(tool_call("read_file", path=path))
    answer = orjson.loads(seen.text)
    return answer["text"], answer["version"]


def test_there_is_plenty_to_do(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert {card.template for card in cards} == TEMPLATES
    assert len({card.id for card in cards}) == len(cards)
    for template in TEMPLATES:
        assert {card.persona for card in cards if card.template == template} == set(PERSONAS)


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"seed": 7, "files": 0, "lookalikes": 0, "conflicts": 0},
        {"seed": 8, "files": 60, "lookalikes": 6, "conflicts": 4},
        {"spare_kb": 8, "spare_entries": 10},
        *({"personas": persona} for persona in PERSONAS),
    ],
)
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    await references_solve(workspace(**knobs))


async def test_stock_phrases_solve_nothing(pack: Pack) -> None:
    everything = "Done. I have changed 1, 2, 3, 4, 5, 6 files, actions, drafts and comments. Is there anything else?"
    for text in ("", everything, "I am sorry, I cannot do that.", "I am transferring you to a colleague."):
        assert await solved_by(pack, [say(text)] * 8) == [], text


async def test_who_does_the_work_but_tells_nothing_has_not_finished(pack: Pack) -> None:
    for card in pack.tasks():
        if card.template == "merge_notes":
            continue
        script = [
            m if m.tool_calls or "?" in m.content.split("Is there")[0] else say("Done.")
            for m in pack.reference(card.id)
        ]
        assert any(name.startswith("told") for name in failed(await outcome(pack, card.id, script))), card


async def test_who_clings_to_what_they_have_read_loses_the_colleague_s_edit(pack: Pack) -> None:
    for task in tasks_of(pack, "fix_value"):
        world = await opened(pack, task)
        script = pack.reference(task)
        right = calls_of(script, "edit_file")[0]
        edit = orjson.loads(right.arguments)
        stale, version = await read(world, edit["path"])
        refused = await world.call(but(right, version=version))
        assert refused.error == "conflict"
        _, version = await read(world, edit["path"])
        text = stale.replace(edit["old_text"], edit["new_text"])
        await play(world, [do("write_file", path=edit["path"], text=text, version=version), script[-1]])
        assert failed(await world.examine()) == {"state"}
        world.close()


async def test_who_reckons_with_what_was_there_before_is_wrong(pack: Pack) -> None:
    for task in tasks_of(pack, "book_delivery"):
        world = await opened(pack, task)
        right = calls_of(pack.reference(task), "edit_file")[0]
        came = re.search(r"\d+", await world.reply("How many have come?") or "")
        assert came is not None
        item = orjson.loads(right.arguments)["new_text"].rpartition(",")[0]
        stale = await read(world, "data/stock.csv")
        before = next(line for line in stale[0].split("\n") if line.startswith(item))
        total = int(before.rpartition(",")[2]) + int(came[0])
        _, version = await read(world, "data/stock.csv")
        rash = but(right, new_text=f"{item},{total}", version=version)
        assert (await world.call(rash)).error is None
        await play(world, [say(f"Done. The delivery is recorded: there are {total} now.")])
        assert failed(await world.examine()) == {"state", "told_total"}
        world.close()


async def test_a_conflict_happens_once_and_ends_with_the_colleague_s_line(pack: Pack) -> None:
    for task in tasks_of(pack, "fix_value"):
        world = await opened(pack, task)
        seen = [await read(world, "config/alarms.yaml") for _ in range(3)]
        assert seen[0] != seen[1] == seen[2]
        assert seen[0][0].split("\n")[1:] == seen[1][0].split("\n")[1:], "only who owns the file has changed"
        world.close()


async def test_without_conflicts_nobody_interferes() -> None:
    pack = workspace(conflicts=0)
    for card in pack.tasks():
        if card.template == "book_delivery":
            continue
        paths = [call.arguments for call in calls_of(pack.reference(card.id), "read_file")]
        assert len(paths) == len(set(paths)), card


async def test_more_conflicts_are_more_conflicts() -> None:
    def readings(conflicts: int) -> int:
        pack = workspace(conflicts=conflicts)
        return sum(len(calls_of(pack.reference(card.id), "read_file")) for card in pack.tasks())

    assert readings(0) < readings(1) < readings(2) < readings(4)


async def test_deleting_without_a_yes_fails(pack: Pack) -> None:
    for template in ("merge_notes", "make_room"):
        for task in tasks_of(pack, template):
            rash = without_asking(pack.reference(task))
            assert "confirmed_before_write" in failed(await outcome(pack, task, rash)), task


async def test_there_is_no_room_before_the_largest_file_goes(pack: Pack) -> None:
    for task in tasks_of(pack, "make_room"):
        world = await opened(pack, task)
        backup = calls_of(pack.reference(task), "copy_file")[0]
        assert (await world.call(backup)).error == "quota_exceeded"
        listed = orjson.loads((await world.call(tool_call("list_folder", path="tmp"))).text)["entries"]
        sizes = sorted((entry["bytes"], entry["name"]) for entry in listed)
        deleted = orjson.loads(calls_of(pack.reference(task), "delete_file")[0].arguments)
        assert deleted["path"] == f"tmp/{sizes[-1][1]}"
        assert sizes[-1][0] > sizes[-2][0]
        world.close()


async def test_a_rename_in_the_archive_or_in_a_longer_word_fails() -> None:
    pack = workspace(lookalikes=6, tasks=33)
    for task in tasks_of(pack, "rename_term"):
        world = await opened(pack, task)
        script = pack.reference(task)
        search = orjson.loads(calls_of(script, "search_text")[0].arguments)
        old = search["query"].removeprefix("\\b").removesuffix("\\b")
        found = await world.call(tool_call("search_text", query=old, ignore_case=True))
        paths = {match["path"] for match in orjson.loads(found.text)["matches"]}
        changed = {orjson.loads(call.arguments)["path"] for call in calls_of(script, "edit_file", "write_file")}
        assert len(paths - changed) >= 6
        await play(world, script[:-1])
        trap = min(paths - changed)
        text, version = await read(world, trap)
        spoilt = do(
            "write_file", path=trap, text=text.replace(old, "Zebra").replace(old.lower(), "zebra"), version=version
        )
        await play(world, [spoilt, script[-1]])
        assert failed(await world.examine()) == {"state"}
        world.close()


async def test_a_tool_s_text_may_be_laid_out_otherwise(pack: Pack) -> None:
    """Another way to the same words: the whole file at once, with an empty line and no line feed at the end."""
    for task in tasks_of(pack, "fix_value"):
        world = await opened(pack, task)
        script = pack.reference(task)
        edit = orjson.loads(calls_of(script, "edit_file")[0].arguments)
        await read(world, edit["path"])
        text, version = await read(world, edit["path"])
        text = text.replace(edit["old_text"], edit["new_text"] + "\n")
        await play(world, [do("write_file", path=edit["path"], text=text, version=version), script[-1]])
        assert (await world.examine()).success, task
        world.close()


async def test_all_settings_is_no_answer_to_which_differ(pack: Pack) -> None:
    for task in tasks_of(pack, "compare_settings"):
        world = await opened(pack, task)
        both = [(await read(world, f"config/{name}.yaml"))[0] for name in ("staging", "production")]
        rows = zip(*(text.split("\n")[1:] for text in both), strict=True)
        await play(world, [say("\n".join(f"{one} | {other}" for one, other in rows))])
        assert failed(await world.examine()) == {"only_what_differs"}
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
    for task in tasks_of(pack, template):
        world = await opened(pack, task)
        assert answer in (await world.reply(proposal) or ""), task
        world.close()


async def test_a_proposal_that_says_what_stays_is_agreed_to(pack: Pack) -> None:
    for task in tasks_of(pack, "retire_drafts"):
        world = await opened(pack, task)
        answer = await world.reply("I will move the retired drafts and leave those in review where they are. Shall I?")
        assert "Only" not in (answer or ""), task
        world.close()


@pytest.mark.parametrize("told", ["4", "That was four.", "I changed **4** of the files.", "In total: 4"])
async def test_a_number_may_be_told_in_any_words(pack: Pack, told: str) -> None:
    for task in tasks_of(pack, "rename_term"):
        script = [*pack.reference(task)[:-1], say("Done."), say(told)]
        assert (await outcome(pack, task, script)).success, task


@pytest.mark.parametrize("told", ["5 files", "1. a\n2. b\n3. c\n4. d\n5. e", "Release 4.1", "in 14 files"])
async def test_another_number_is_not_that_number(pack: Pack, told: str) -> None:
    for task in tasks_of(pack, "rename_term"):
        script = [*pack.reference(task)[:-1], say(told)]
        assert failed(await outcome(pack, task, script)) == {"told_count"}, task


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[:22]:
        for middle in range(1, len(pack.reference(card.id)), 3):
            await forks_alike(pack, card.id, middle)


def test_a_task_depends_on_no_other() -> None:
    few, many = workspace(tasks=5), workspace(tasks=40)
    assert [few.reference(card.id) for card in few.tasks()] == [many.reference(card.id) for card in many.tasks()[:5]]
    assert workspace(tasks=5, seed=1).reference(few.tasks()[0].id) != few.reference(few.tasks()[0].id)


async def test_knobs_change_the_folder() -> None:
    async def listed(**knobs: KnobValue) -> set[str]:
        pack = workspace(tasks=1, **knobs)
        seen = await pack.environment(pack.tasks()[0].id).call(tool_call("find_files", pattern="*"))
        return set(orjson.loads(seen.text)["paths"])

    small, large = await listed(files=0, lookalikes=0), await listed(files=40, lookalikes=6)
    assert len(large) - len(small) == 46


async def test_every_tool_is_needed_somewhere(pack: Pack) -> None:
    assert used(pack) == offered(pack)


async def test_what_a_version_is_can_be_reckoned(pack: Pack) -> None:
    """References know the versions of texts, because they follow from the texts."""
    world = pack.environment(pack.tasks()[0].id)
    text, version = await read(world, "CHANGELOG.md")
    assert version == version_of(text + "\n")
    world.close()
