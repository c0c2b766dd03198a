"""The helpdesk pack: a world in YAML alone whose references solve every task, and whose rules hold."""

from functools import partial

import pytest
from support.played import play
from support.scripts import say, tool_call, without, without_asking
from support.shipped import ENVS, failed, offered, opened, outcome, references_solve, shipped, tasks_of

from wardian.environments.pack import Pack
from wardian.specs.environments import KnobValue

helpdesk = partial(shipped, "helpdesk")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return helpdesk()


def test_there_is_plenty_to_do_and_no_python(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert len({card.template for card in cards}) == 9
    assert {card.persona for card in cards} == {"plain", "terse", "chatty", "impatient"}
    assert not list((ENVS / "helpdesk").glob("*.py"))


@pytest.mark.parametrize("knobs", [{}, {"tasks": 12, "tickets": 160}, {"tickets": 60, "lookup_limit": 3}, {"tasks": 1}])
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    pack = helpdesk(**knobs)
    for seed in (1, 2):
        await references_solve(pack, seed)


async def test_who_does_not_ask_first_fails(pack: Pack) -> None:
    for template in ("close", "withdraw", "hurry", "reopen", "lend", "report"):
        task = tasks_of(pack, template)[0]
        rash = without_asking(pack.reference(task))
        assert failed(await outcome(pack, task, rash)) == {"confirmed_before_write"}, template


async def test_who_does_not_know_to_whom_they_talk_fails(pack: Pack) -> None:
    task = tasks_of(pack, "close")[0]
    hasty = without(pack.reference(task), "get_person")
    assert failed(await outcome(pack, task, hasty)) == {"identified_first"}


async def test_the_borrower_wants_one_laptop_and_no_other(pack: Pack) -> None:
    world = await opened(pack, "lend_0")
    *_, last = (await play(world, [say("Sure. What is your email address?"), say("Shall I lend you L99?")])).said
    assert "I would like number L01." in (last or "")
    world.close()


async def test_what_is_refused_is_refused_for_its_reason(pack: Pack) -> None:
    task = tasks_of(pack, "too_late")[0]
    findings = await outcome(pack, task, [say("I am sorry, that is not possible.")])
    assert failed(findings) == {"looked", "told_when_it_was_closed"}


async def test_a_ticket_that_was_closed_long_ago_stays_closed(pack: Pack) -> None:
    task = tasks_of(pack, "too_late")[0]
    reference = pack.reference(task)
    world = pack.environment(task)
    call = reference[2].tool_calls[0].model_copy(update={"name": "reopen_ticket"})
    observation = await world.call(call)
    assert (observation.error, observation.changes) == ("not_allowed", ())
    assert "more than 14 days ago" in observation.text
    world.close()


async def test_extra_tools_are_offered_and_work() -> None:
    pack = helpdesk(extra_tools=True)
    assert offered(pack) >= {"get_article", "list_floor", "edit_person"}
    world = pack.environment(tasks_of(pack, "close")[0])
    listing = await world.call(tool_call("list_floor", floor=1, department="Finance"))
    assert "ada.okafor@brightmoor.example" in listing.text
    world.close()
