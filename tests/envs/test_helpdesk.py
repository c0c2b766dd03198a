"""The helpdesk pack: a world in YAML alone whose references solve every task, and whose rules hold."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from wardian.base.messages import Message
from wardian.environments.findings import Findings
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.simulated import SimulatedWorld
from wardian.environments.solution import Solution
from wardian.specs.environments import EnvironmentSpec, KnobValue

ENVS = Path(__file__).resolve().parents[2] / "envs"


def helpdesk(**knobs: KnobValue) -> Pack:
    return load_pack(EnvironmentSpec(pack="helpdesk", knobs=knobs), [ENVS])


@pytest.fixture(scope="module")
def pack() -> Pack:
    return helpdesk()


async def play(pack: Pack, task: str, script: Sequence[Message], seed: int = 1) -> tuple[Findings, list[str], int]:
    """The findings, what the user said, and how many messages were needed until they left."""
    world = pack.environment(task)
    assert isinstance(world, SimulatedWorld)
    heard, needed = [(await world.open(seed))[-1].content], 0
    for message in script:
        needed += 1
        for call in message.tool_calls:
            await world.call(call)
        if not message.tool_calls:
            answer = await world.reply(message.content)
            if answer is None:
                break
            heard.append(answer)
    findings = await world.examine()
    world.close()
    return findings, heard, needed


def failing(findings: Findings) -> list[str]:
    return [check.name for check in findings.checks if not check.passed]


def task_of(pack: Pack, template: str) -> str:
    return next(card.id for card in pack.tasks() if card.template == template)


def test_there_is_plenty_to_do_and_no_python(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert len({card.template for card in cards}) == 9
    assert {card.persona for card in cards} == {"plain", "terse", "chatty", "impatient"}
    assert not list((ENVS / "helpdesk").glob("*.py"))


@pytest.mark.parametrize("knobs", [{}, {"tasks": 12, "tickets": 160}, {"tickets": 60, "lookup_limit": 3}, {"tasks": 1}])
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    pack = helpdesk(**knobs)
    for card in pack.tasks():
        reference = pack.reference(card.id)
        for seed in (1, 2):
            findings, _, needed = await play(pack, card.id, reference, seed)
            assert findings.success, (card.id, failing(findings))
            assert needed == len(reference), card.id


async def test_who_does_not_ask_first_fails(pack: Pack) -> None:
    for template in ("close", "withdraw", "hurry", "reopen", "lend", "report"):
        task = task_of(pack, template)
        rash = [message for message in pack.reference(task) if "Shall I" not in message.content]
        findings, _, _ = await play(pack, task, rash)
        assert failing(findings) == ["confirmed_before_write"], template


async def test_who_does_not_know_to_whom_they_talk_fails(pack: Pack) -> None:
    task = task_of(pack, "close")
    hasty = [
        message for message in pack.reference(task) if "get_person" not in {call.name for call in message.tool_calls}
    ]
    findings, _, _ = await play(pack, task, hasty)
    assert failing(findings) == ["identified_first"]


async def test_the_borrower_wants_one_laptop_and_no_other(pack: Pack) -> None:
    script = Solution()
    script.say("Sure. What is your email address?")
    script.say("Shall I lend you L99?")
    _, heard, _ = await play(pack, "lend_0", script.messages)
    assert "I would like number L01." in heard[-1]


async def test_what_is_refused_is_refused_for_its_reason(pack: Pack) -> None:
    task = task_of(pack, "too_late")
    lazy = Solution()
    lazy.say("I am sorry, that is not possible.")
    findings, _, _ = await play(pack, task, lazy.messages)
    assert failing(findings) == ["looked", "told_when_it_was_closed"]


async def test_a_ticket_that_was_closed_long_ago_stays_closed(pack: Pack) -> None:
    task = task_of(pack, "too_late")
    reference = pack.reference(task)
    world = pack.environment(task)
    call = reference[2].tool_calls[0].model_copy(update={"name": "reopen_ticket"})
    observation = await world.call(call)
    assert (observation.error, observation.changes) == ("not_allowed", ())
    assert "more than 14 days ago" in observation.text
    world.close()


async def test_extra_tools_are_offered_and_work() -> None:
    pack = helpdesk(extra_tools=True)
    world = pack.environment(task_of(pack, "close"))
    assert {tool.name for tool in world.tools()} >= {"get_article", "list_floor", "edit_person"}
    script = Solution()
    script.call("list_floor", floor=1, department="Finance")
    assert "ada.okafor@brightmoor.example" in (await world.call(script.messages[0].tool_calls[0])).text
    world.close()
