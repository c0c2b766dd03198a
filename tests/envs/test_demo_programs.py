"""The demo programs: each notices what it is about, and goes on where a snapshot was taken."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from wardian.base.messages import Message, ToolCall
from wardian.environments.findings import Findings
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.programs.world import ProgramWorld
from wardian.environments.solution import Solution
from wardian.specs.environments import EnvironmentSpec, KnobValue

ENVS = Path(__file__).resolve().parents[2] / "envs"


def demo(**knobs: KnobValue) -> Pack:
    return load_pack(EnvironmentSpec(pack="demo_programs", knobs=knobs), [ENVS])


@pytest.fixture(scope="module")
def pack() -> Pack:
    return demo()


def world_of(pack: Pack, task: str) -> ProgramWorld:
    world = pack.environment(task)
    assert isinstance(world, ProgramWorld)
    return world


async def step(world: ProgramWorld, message: Message) -> str | None:
    """What the program says to a message; empty after calls."""
    for call in message.tool_calls:
        await world.call(call)
    return "" if message.tool_calls else await world.reply(message.content)


async def outcome(pack: Pack, task: str, script: Sequence[Message]) -> tuple[Findings, int]:
    """The findings, and how many messages were needed until the end."""
    world = world_of(pack, task)
    await world.open(1)
    needed = 0
    for message in script:
        needed += 1
        if await step(world, message) is None:
            break
    findings = await world.examine()
    world.close()
    return findings, needed


def failing(findings: Findings) -> list[str]:
    return [check.name for check in findings.checks if not check.passed]


def calls(script: Sequence[Message], tool: str) -> list[ToolCall]:
    return [call for message in script for call in message.tool_calls if call.name == tool]


def test_there_are_four_programs_with_tasks_enough(pack: Pack) -> None:
    templates = [card.template for card in pack.tasks()]
    assert len(templates) >= 60
    assert set(templates) == {"minimal", "branch_and_loop", "proactive_heartbeat", "proactive_webhook"}


@pytest.mark.parametrize(
    "knobs", [{}, {"beats": 9, "chapters": 5}, {"beats": 2, "chapters": 2, "clutter": 0}, {"cases": 40}]
)
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    pack = demo(**knobs)
    for card in pack.tasks():
        reference = pack.reference(card.id)
        findings, needed = await outcome(pack, card.id, reference)
        assert findings.success, (card.id, failing(findings))
        assert needed == len(reference), card.id


async def test_every_moment_of_a_program_can_be_saved_and_gone_on_from(pack: Pack) -> None:
    for template in ("minimal", "branch_and_loop", "proactive_heartbeat", "proactive_webhook"):
        task = f"{template}_2"
        reference, world = pack.reference(task), world_of(pack, task)
        await world.open(1)
        for number, message in enumerate(reference):
            fork = world.fork()
            assert fork.digest() == world.digest()
            for rest in reference[number:]:
                await step(fork, rest)
            assert (await fork.examine()).success
            fork.close()
            await step(world, message)
        world.close()


async def test_the_loop_asks_again_for_a_chapter_until_it_is_there(pack: Pack) -> None:
    reference = list(pack.reference("branch_and_loop_1"))
    place = next(number for number, message in enumerate(reference) if message.content.startswith("I have written"))
    late = Solution()
    late.say("One moment.")
    late.say("Soon.")
    findings, _ = await outcome(
        pack, "branch_and_loop_1", [*reference[: place - 3], *late.messages, *reference[place - 3 :]]
    )
    assert findings.success
    late.say("Tomorrow.")
    findings, _ = await outcome(
        pack, "branch_and_loop_1", [*reference[: place - 3], *late.messages, *reference[place - 3 :]]
    )
    assert not findings.success


async def test_a_program_branches_on_what_there_is_in_the_world(pack: Pack) -> None:
    complete, missing = pack.reference("branch_and_loop_1"), pack.reference("branch_and_loop_2")
    assert (len(calls(complete, "move_event")), len(calls(complete, "send_mail"))) == (1, 0)
    assert (len(calls(missing, "move_event")), len(calls(missing, "send_mail"))) == (0, 1)


async def test_who_makes_up_a_chapter_fails(pack: Pack) -> None:
    reference = list(pack.reference("branch_and_loop_2"))
    place = next(number for number, message in enumerate(reference) if message.content.startswith("There are no notes"))
    topic = reference[place].content.removeprefix("There are no notes about ").partition(",")[0]
    invented = Solution()
    invented.call("write_file", path=f"handout/{topic}.md", content="Give it 40 of something.")
    findings, _ = await outcome(pack, "branch_and_loop_2", [*reference[:place], *invented.messages, *reference[place:]])
    assert failing(findings) == ["handout"]


async def test_who_writes_when_nothing_is_new_fails(pack: Pack) -> None:
    reference = list(pack.reference("proactive_heartbeat_1"))
    place = next(number for number, message in enumerate(reference) if message.content == "Nothing new.")
    findings, _ = await outcome(
        pack,
        "proactive_heartbeat_1",
        [
            *reference[:place],
            Message(role="assistant", tool_calls=tuple(calls(reference, "send_mail")[:1])),
            *reference[place:],
        ],
    )
    assert failing(findings) == ["wrote_without_news"]


async def test_who_answers_what_wants_no_answer_fails(pack: Pack) -> None:
    reference = list(pack.reference("proactive_webhook_1"))
    place = next(number for number, message in enumerate(reference) if message.content == "No answer is wanted.")
    mail = calls(reference[:place], "read_mail")[-1]
    answer = Solution()
    answer.call("answer_mail", mail_id=mail.arguments.split('"')[3], body="Thank you for the news.")
    findings, _ = await outcome(pack, "proactive_webhook_1", [*reference[:place], *answer.messages, *reference[place:]])
    assert failing(findings) == ["answered_unasked"]


async def test_a_webhook_says_that_there_is_a_mail_and_not_what_it_wants(pack: Pack) -> None:
    world = world_of(pack, "proactive_webhook_1")
    await world.open(1)
    delivered = await world.reply("I will see to it.") or ""
    assert delivered.startswith('[webhook] {"event":"mail.received","time":"2026-05-04T08:20:00","mail_id":"M101"')
    assert "answer" not in delivered
    world.close()
