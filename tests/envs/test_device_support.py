"""The pack device_support: what customers do with their phones, what that takes, and what mends nothing."""

from functools import partial

import orjson
import pytest
from support.played import play
from support.scripts import calls_of, do, say, without_asking
from support.shipped import (
    failed,
    forks_alike,
    opened,
    outcome,
    references_solve,
    shipped,
    solved_by,
    takes_no_time,
    tasks_of,
)

from wardian.environments.pack import Pack
from wardian.environments.simulated import SimulatedWorld
from wardian.specs.environments import KnobValue

CALLERS = ("plain", "terse", "chatty", "impatient", "vague", "confused")
support = partial(shipped, "device_support")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return support()


def first(pack: Pack, template: str, cause: str = "") -> str:
    return next(task for task in tasks_of(pack, template) if cause in task)


def test_there_is_plenty_to_do(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert len({card.id for card in cards}) == len(cards)
    assert len({card.template for card in cards}) == 10
    assert {card.persona for card in cards} == set(CALLERS)
    assert any(card.id.count("_and_") == 2 for card in cards), "three causes at once"


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"causes": 1, "customers": 0, "rumours": 0},
        {"causes": 2, "rumours": 1, "seed": 7},
        *({"personas": persona, "seed": 3} for persona in CALLERS),
    ],
)
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    await references_solve(support(**knobs), seed=1)


WORKS = {"no_service": "bars", "slow_internet": "fast", "no_pictures": "has been sent"}


async def test_in_the_end_it_works() -> None:
    pack = support(tasks=150)
    mended = [card for card in pack.tasks() if "_by_" in card.id]
    assert {card.template for card in mended} >= set(WORKS)
    for card in mended:
        world = await opened(pack, card.id)
        *script, _ = pack.reference(card.id)
        await play(world, script[:-1])
        last = await world.reply(script[-1].content) or ""
        assert WORKS.get(card.template, "Mbps") in last, (card, last)
        assert "no bars" not in last, card
        world.close()


async def test_idling_and_stock_phrases_solve_nothing(pack: Pack) -> None:
    for phrase in (
        "",
        "I am sorry, I cannot do that. Is there anything else?",
        "I am transferring you to a colleague.",
    ):
        assert await solved_by(pack, [say(phrase)] * 9) == [], phrase


async def test_who_lets_everybody_try_everything_helps_few() -> None:
    """In one long text and for everybody: where a single thing was wrong, it may have been that."""
    everything = (
        "Please turn airplane mode off. Turn mobile data on. Turn Data Saver off. "
        "Turn off the VPN. "
        "Set the network mode to automatic. Take the SIM out and put it back in. Allow Messages to use storage. "
        "Restart the phone."
    )
    pack = support(causes=1, tasks=200)
    plain = [card for card in pack.tasks() if card.persona != "confused"]
    end = [say(everything), say("Done.")]
    solved = [card for card in plain if (await outcome(pack, card.id, [*pack.reference(card.id)[:3], *end])).success]
    assert len(solved) <= len(plain) // 8
    assert await solved_by(pack, end) == []


async def heard(pack: Pack, task: str, *texts: str) -> tuple[SimulatedWorld, list[str | None]]:
    world = await opened(pack, task)
    return world, (await play(world, [say(text) for text in texts])).said


@pytest.mark.parametrize(
    "text",
    [
        "Please turn airplane mode off.",
        "Swipe down from the top.\n2. Turn off **Airplane Mode**",
        "Next, disable flight mode and tell me what you see.",
        "Toggle airplane mode.",
        "Could you make sure that airplane mode is off?",
        "Please turn airplane mode on for ten seconds, and then off again.",
    ],
)
async def test_instructions_are_understood_in_many_words(text: str) -> None:
    pack = support(personas="plain", rumours=0, causes=1)
    world, _ = await heard(pack, first(pack, "no_service", "airplane_mode"), text)
    assert [(change.column, change.after) for change in world.changes] == [("airplane_mode", 0)]


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("Please turn mobile data off and on again.", 1),
        ("Turn mobile data off, wait for ten seconds and then turn it back on.", 1),
        ("Turn mobile data on and then off.", 0),
        ("Please turn mobile data off.", 0),
        ("Turn off mobile data and turn on Wi-Fi.", 0),
        ("Switch off mobile data, then back on.", 1),
    ],
)
async def test_off_and_on_again_is_on(text: str, on: int) -> None:
    pack = support(personas="plain", rumours=0, causes=1)
    world, _ = await heard(pack, first(pack, "no_service", "airplane_mode"), text)
    assert world.state.one("SELECT mobile_data FROM phones WHERE line_id = 'L1000'") == {"mobile_data": on}


@pytest.mark.parametrize(
    "text",
    [
        "Is airplane mode on?",
        "Can you check whether airplane mode is turned on?",
        "Do not turn off airplane mode.",
        "Thank you for turning off airplane mode.",
        "I will turn off airplane mode for you.",
        "A factory reset would erase everything, so let us avoid it.",
        "There is no need to reset the phone.",
    ],
)
async def test_talking_about_something_is_no_instruction(text: str) -> None:
    pack = support(personas="plain", rumours=0, causes=1)
    world, _ = await heard(pack, first(pack, "no_service", "airplane_mode"), text)
    assert world.changes == ()


@pytest.mark.parametrize(
    "text",
    [
        "Please set the APN to {apn}.",
        "In the APN field, enter '{apn}'.",
        "Type {apn} into the APN field.",
        "Please change these:\n- APN: {apn}",
        "The APN should be {apn}. Please correct it.",
    ],
)
async def test_an_access_point_takes_effect_after_a_restart(text: str) -> None:
    pack = support(personas="plain", rumours=0, causes=1, tasks=200)
    task = first(pack, "no_internet", "wrong_apn")
    world = await opened(pack, task)
    line = calls_of(pack.reference(task), "get_access_point")[0]
    apn = (await world.call(line)).text.split('"')[3]
    assert await world.reply("Please run a speed test.") == "It says that there is no connection."
    assert await world.reply(text.format(apn=apn)) == f"The APN is {apn} now."
    assert (await world.reply("Run a speed test.") or "").endswith("It says that there is no connection.")
    assert await world.reply("Please restart the phone.") == "It has restarted."
    assert "Mbps" in (await world.reply("Please run a speed test again.") or "")


async def test_the_network_and_the_phone_depend_on_each_other() -> None:
    """A registration that is reset helps once the phone looks for its network, and not before."""
    pack = support(personas="plain", rumours=0, causes=1, tasks=200)
    task = first(pack, "no_service", "registration_stuck")
    reset = calls_of(pack.reference(task), "reset_registration")[0]
    look = "Please look at the status bar."
    world, answers = await heard(pack, task, look, "Please restart the phone.")
    assert answers[0] == "I see no bars, and it says 'No service'."
    await world.call(reset)
    assert "No service" in (await world.reply("Now look at the status bar, please.") or "")
    await world.reply("Turn airplane mode on, and then off.")
    assert "4 bars" in (await world.reply(look) or "")


async def test_vague_and_confused_people_need_another_question() -> None:
    look = "Please look at the status bar: how many bars are there?"
    vague = support(personas="vague", rumours=0, causes=1)
    _, answers = await heard(vague, first(vague, "no_service", "airplane_mode"), look, "Tell me the network settings.")
    assert answers[0] == "Hm, there is a little plane up there and no bars."
    assert answers[1] == "There is a long list of things. Which one do you mean?"
    confused = support(personas="confused", rumours=0, causes=1)
    off = "Please turn airplane mode off."
    world, answers = await heard(confused, first(confused, "no_service", "airplane_mode"), look, look, off)
    assert answers[:2] == ["It all looks normal to me.", "I see no bars, and it says 'Airplane mode'."]
    assert answers[2] == "Okay, I have done that."
    assert world.changes == (), "it only seemed so"
    assert await world.reply(off) == "Airplane mode is off now."


async def test_a_factory_reset_is_never_right(pack: Pack) -> None:
    for card in pack.tasks():
        if card.template == "gone_phone":
            continue
        script = pack.reference(card.id)
        findings = await outcome(pack, card.id, [say("Please do a factory reset."), *script])
        assert {"state", "nothing_erased"} <= failed(findings), card


async def test_what_worked_must_work_afterwards(pack: Pack) -> None:
    task = first(pack, "no_service")
    script = pack.reference(task)
    for instruction in ("Please turn mobile data off.", "Please turn on Data Saver and the VPN, and turn off Wi-Fi."):
        findings = await outcome(pack, task, [*script[:3], say(instruction), say(instruction), *script[3:]])
        assert not findings.success
    back = [say("Please turn mobile data off."), say("Please turn mobile data on.")]
    plain = support(personas="plain")
    task = first(plain, "no_service")
    script = plain.reference(task)
    assert (await outcome(plain, task, [*script[:3], *back, *script[3:]])).success, "trying something is no harm"


async def test_what_costs_money_needs_a_yes(pack: Pack) -> None:
    task = first(pack, "no_internet_abroad", "roaming_missing")
    quiet = without_asking(pack.reference(task))
    assert "confirmed_before_write" in failed(await outcome(pack, task, quiet))


async def test_the_suspended_line_stays_suspended(pack: Pack) -> None:
    task = first(pack, "overdue_bill")
    script = pack.reference(task)
    resume = do("resume_line", **orjson.loads(calls_of(script, "list_bills")[0].arguments))
    assert not (await outcome(pack, task, [*script[:-1], say("Shall I resume it?"), resume, script[-1]])).success


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[:20]:
        await forks_alike(pack, card.id, len(pack.reference(card.id)) // 2)


async def test_lost_answers_are_a_knob() -> None:
    pack = support(fault_rate=0.5)
    card = pack.tasks()[0]
    world = await opened(pack, card.id)
    look = calls_of(pack.reference(card.id))[0]
    seen = [(await world.call(look)).error for _ in range(40)]
    assert 8 <= seen.count("timeout") <= 32
    assert set(seen) == {None, "timeout"}


def test_knobs_change_the_digest_and_the_size() -> None:
    small, large = support(tasks=5, customers=0), support(tasks=90, customers=200)
    assert (len(small.tasks()), len(large.tasks())) == (5, 90)
    assert small.digest != large.digest
    assert support(tasks=5, customers=0).digest == small.digest


async def test_endless_text_takes_no_time(pack: Pack) -> None:
    for words in ("do run ", "look check ", "turn airplane mode off and then ", "mmsc is ", "is the ", "a"):
        await takes_no_time(pack, pack.tasks()[0].id, "Please " + words * (200_000 // len(words)))
