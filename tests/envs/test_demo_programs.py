"""The demo programs: each notices what it is about, and goes on where a snapshot was taken."""

from functools import partial

import pytest
from support.played import play
from support.scripts import calls_of, do, make, say
from support.shipped import failed, outcome, references_solve, shipped

from wardian.environments.pack import Pack
from wardian.environments.programs.world import ProgramWorld
from wardian.specs.environments import KnobValue

demo = partial(shipped, "demo_programs")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return demo()


def world_of(pack: Pack, task: str) -> ProgramWorld:
    world = pack.environment(task)
    assert isinstance(world, ProgramWorld)
    return world


def test_there_are_four_programs_with_tasks_enough(pack: Pack) -> None:
    templates = [card.template for card in pack.tasks()]
    assert len(templates) >= 60
    assert set(templates) == {"minimal", "branch_and_loop", "proactive_heartbeat", "proactive_webhook"}


@pytest.mark.parametrize(
    "knobs", [{}, {"beats": 9, "chapters": 5}, {"beats": 2, "chapters": 2, "clutter": 0}, {"cases": 40}]
)
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    await references_solve(demo(**knobs), seed=1)


async def test_every_moment_of_a_program_can_be_saved_and_gone_on_from(pack: Pack) -> None:
    for template in ("minimal", "branch_and_loop", "proactive_heartbeat", "proactive_webhook"):
        task = f"{template}_2"
        reference, world = pack.reference(task), world_of(pack, task)
        await world.open(1)
        for number, message in enumerate(reference):
            fork = world.fork()
            assert fork.digest() == world.digest()
            assert (await play(fork, reference[number:])).needed == len(reference) - number
            assert (await fork.examine()).success
            fork.close()
            await play(world, [message])
        world.close()


async def test_the_loop_asks_again_for_a_chapter_until_it_is_there(pack: Pack) -> None:
    reference = list(pack.reference("branch_and_loop_1"))
    place = next(number for number, message in enumerate(reference) if message.content.startswith("I have written"))
    before, after = reference[: place - 3], reference[place - 3 :]
    late = [say("One moment."), say("Soon.")]
    assert (await outcome(pack, "branch_and_loop_1", [*before, *late, *after])).success
    late.append(say("Tomorrow."))
    assert not (await outcome(pack, "branch_and_loop_1", [*before, *late, *after])).success


async def test_a_program_branches_on_what_there_is_in_the_world(pack: Pack) -> None:
    complete, missing = pack.reference("branch_and_loop_1"), pack.reference("branch_and_loop_2")
    assert (len(calls_of(complete, "move_event")), len(calls_of(complete, "send_mail"))) == (1, 0)
    assert (len(calls_of(missing, "move_event")), len(calls_of(missing, "send_mail"))) == (0, 1)


async def test_who_makes_up_a_chapter_fails(pack: Pack) -> None:
    reference = list(pack.reference("branch_and_loop_2"))
    place = next(number for number, message in enumerate(reference) if message.content.startswith("There are no notes"))
    topic = reference[place].content.removeprefix("There are no notes about ").partition(",")[0]
    invented = do("write_file", path=f"handout/{topic}.md", content="Give it 40 of something.")
    findings = await outcome(pack, "branch_and_loop_2", [*reference[:place], invented, *reference[place:]])
    assert failed(findings) == {"handout"}


async def test_who_writes_when_nothing_is_new_fails(pack: Pack) -> None:
    reference = list(pack.reference("proactive_heartbeat_1"))
    place = next(number for number, message in enumerate(reference) if message.content == "Nothing new.")
    mail = make(calls_of(reference, "send_mail")[0])
    findings = await outcome(pack, "proactive_heartbeat_1", [*reference[:place], mail, *reference[place:]])
    assert failed(findings) == {"wrote_without_news"}


async def test_who_answers_what_wants_no_answer_fails(pack: Pack) -> None:
    reference = list(pack.reference("proactive_webhook_1"))
    place = next(number for number, message in enumerate(reference) if message.content == "No answer is wanted.")
    mail = calls_of(reference[:place], "read_mail")[-1]
    answer = do("answer_mail", mail_id=mail.arguments.split('"')[3], body="Thank you for the news.")
    findings = await outcome(pack, "proactive_webhook_1", [*reference[:place], answer, *reference[place:]])
    assert failed(findings) == {"answered_unasked"}


async def test_a_webhook_says_that_there_is_a_mail_and_not_what_it_wants(pack: Pack) -> None:
    world = world_of(pack, "proactive_webhook_1")
    await world.open(1)
    delivered = await world.reply("I will see to it.") or ""
    assert delivered.startswith('[webhook] {"event":"mail.received","time":"2026-05-04T08:20:00","mail_id":"M101"')
    assert "answer" not in delivered
    world.close()
