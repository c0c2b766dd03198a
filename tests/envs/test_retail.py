"""The retail pack: its references solve every task, and nobody gets by without doing the work."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice

import orjson
import pytest
from support.played import play
from support.scripts import calls_of, do, say, tool_call, without, without_asking
from support.shipped import (
    ENVS,
    failed,
    forks_alike,
    idlers_earn_nothing,
    offered,
    opened,
    outcome,
    references_solve,
    shipped,
    solved_by,
    takes_no_time,
    tasks_of,
    used,
)

from wardian.base.messages import Message
from wardian.environments.pack import Pack
from wardian.environments.persona import PERSONAS
from wardian.specs.environments import KnobValue

NEED_CONSENT = ("cancel_order", "change_address", "return_items", "exchange_item")
FINDS = ("find_customer_by_email", "find_customer_by_name")
retail = partial(shipped, "retail")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return retail()


def test_there_is_plenty_to_do(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert len({card.id for card in cards}) == len(cards)
    assert len({card.template for card in cards}) >= 6
    assert {card.persona for card in cards} == set(PERSONAS)
    assert {card.persona for card in cards[:40]} == set(PERSONAS)


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"issues": 3},
        {"issues": 1, "distractor_tools": 8, "customers": 0},
        {"seed": 7, "other_orders": 6},
        *({"personas": persona} for persona in PERSONAS),
    ],
)
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    await references_solve(retail(**knobs))


async def test_idling_solves_nothing(pack: Pack) -> None:
    await idlers_earn_nothing(pack)


REFUSAL = "I'm sorry, I cannot do that, it is against our policy. Is there anything else?"
EVERY_RULE = (
    "I am sorry: it has already shipped, so it cannot be cancelled. Final sale cannot be returned. Returns are "
    "possible within 30 days. I cannot share information about another customer's order. Is there anything else?"
)


@pytest.mark.parametrize("issues", [1, 2])
@pytest.mark.parametrize("phrase", [REFUSAL, EVERY_RULE, "I am transferring you to a human agent."])
async def test_stock_phrases_solve_nothing(issues: int, phrase: str) -> None:
    assert await solved_by(retail(issues=issues), [say(phrase)] * 8) == []


async def test_a_yes_to_nothing_in_particular_is_no_consent() -> None:
    pack = retail(issues=1)
    for card in pack.tasks():
        script = pack.reference(card.id)
        writes = (i for i, message in enumerate(script) if calls_of([message], *NEED_CONSENT))
        if (first := next(writes, None)) is None:
            continue
        asked = [m for m in script[:first] if m.tool_calls or "email" in m.content or "full name" in m.content]
        findings = await outcome(pack, card.id, [*asked, say("Shall I go ahead?"), *script[first:]])
        assert "confirmed_before_write" in failed(findings), card


async def test_not_available_is_not_available() -> None:
    pack = retail(issues=1)
    for task in tasks_of(pack, "product_question"):
        *looked, told = pack.reference(task)
        in_stock = "is in stock" in told.content
        for words in ("isn't available", "is unavailable", "is not in stock", "is currently not available"):
            text = told.content.replace("is in stock", words).replace("is out of stock", words)
            findings = await outcome(pack, task, [*looked, say(text)] + [say("Anything else?")] * 3)
            assert findings.success is not in_stock, (task, text)


def test_a_shop_as_large_as_the_knobs_allow_knows_everybody_apart() -> None:
    for seed in range(3):
        assert len(retail(tasks=1, customers=5_000, other_orders=0, seed=seed).tasks()) == 1


async def test_transferring_everybody_solves_nothing(pack: Pack) -> None:
    """Even an agent that identifies the customer and picks their newest order before it gives up."""
    for card in pack.tasks():
        found = calls_of(pack.reference(card.id), *FINDS)
        if not found:
            continue
        world = await opened(pack, card.id)
        account = orjson.loads((await world.call(found[0])).text)["customer_id"]
        orders = orjson.loads((await world.call(tool_call("list_orders", customer_id=account))).text)
        last = do("transfer_to_human", customer_id=account, order_id=orders[0]["order_id"], reason="other", summary="?")
        await play(world, [say("What is your email address?"), last, say("I am transferring you to a human agent.")])
        assert not (await world.examine()).success, card


async def test_calls_at_random_solve_nothing(pack: Pack) -> None:
    tools = cycle(sorted(offered(pack)))
    noise = [do(tool, order_id="W1234567", customer_id="C12345") for tool in islice(tools, 20)]
    assert await solved_by(pack, [*noise, say("Done. Anything else?")]) == []


Mutation = Callable[[Sequence[Message]], list[list[Message]]]


def without_one_write(script: Sequence[Message]) -> list[list[Message]]:
    """The script as often as it writes, each time with another write missing."""
    reads = ("find_", "get_", "list_", "search_")
    writes = [i for i, m in enumerate(script) if any(not c.name.startswith(reads) for c in m.tool_calls)]
    return [[m for i, m in enumerate(script) if i != missing] for missing in writes]


def without_a_yes(script: Sequence[Message]) -> list[list[Message]]:
    """The script without any text that asks for the user's yes, if it writes something that needs one."""
    quiet = without_asking(script)
    return [quiet] if calls_of(script, *NEED_CONSENT) and len(quiet) < len(script) else []


def without_identifying(script: Sequence[Message]) -> list[list[Message]]:
    """The script without finding the customer, if it does."""
    kept = without(script, *FINDS)
    return [kept] if len(kept) < len(script) and calls_of(kept, "get_order") else []


def with_other_amounts(script: Sequence[Message]) -> list[list[Message]]:
    """The script with every amount and number of days told wrong."""
    told = [re.sub(r"(\$[\d,]+\.\d\d|\d\d days|[A-Z][a-z]+ \d\d?\.)", "$9,999.99", m.content) for m in script]
    changed = [m if m.tool_calls else say(text) for m, text in zip(script, told, strict=True)]
    return [changed] if any("$9,999.99" in text for text in told) else []


@pytest.mark.parametrize(
    ("mutation", "at_least"),
    [(without_one_write, 70), (without_a_yes, 40), (without_identifying, 60), (with_other_amounts, 40)],
)
async def test_every_spoilt_reference_fails(pack: Pack, mutation: Mutation, at_least: int) -> None:
    mutants = [(card, script) for card in pack.tasks() for script in mutation(pack.reference(card.id))]
    assert len(mutants) >= at_least
    survivors = [card.id for card, script in mutants if (await outcome(pack, card.id, script)).success]
    assert survivors == []


async def test_a_forbidden_return_fails_though_the_user_is_happy() -> None:
    alone = retail(issues=1)
    refused = [task for task in tasks_of(alone, "return_late") if not calls_of(alone.reference(task), "return_items")]
    assert refused
    for task in refused:
        script = alone.reference(task)
        order = calls_of(script, "get_order")[0]
        world = await opened(alone, task)
        await play(world, script[:-1][:5])
        found = orjson.loads((await world.call(order)).text)
        back = {"order_id": found["order_id"], "item_ids": [found["items"][0]["item_id"]], "reason": "no_longer_needed"}
        refund = {"refund_to": found["payment_method"]["payment_method_id"]}
        await world.reply("Shall I return it? We have a return window of 30 days, but I can make an exception.")
        assert (await world.call(tool_call("return_items", **back, **refund))).error is None
        findings = await world.examine()
        assert not findings.success, task
        assert "state" in failed(findings), task


async def test_every_tool_is_needed_somewhere(pack: Pack) -> None:
    assert used(pack) == offered(pack)


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[:20]:
        for middle in range(1, len(pack.reference(card.id)), 3):
            await forks_alike(pack, card.id, middle)


async def test_distractors_are_offered_and_work() -> None:
    pack = retail(distractor_tools=8)
    script = pack.reference(pack.tasks()[0].id)
    world = await opened(pack, pack.tasks()[0].id)
    assert len(world.tools()) == 20
    account = orjson.loads((await world.call(calls_of(script, *FINDS)[0])).text)["customer_id"]
    await play(world, script)
    assert (await world.examine()).success
    for tool in ("request_callback", "subscribe_newsletter"):
        seen = await world.call(tool_call(tool, customer_id=account))
        assert seen.error is None
        assert seen.changes
    assert (await world.call(tool_call("list_categories"))).error is None
    assert not (await world.examine()).success


async def test_endless_text_takes_no_time(pack: Pack) -> None:
    for words in (
        "refund the amount to ",
        "Sorry, I can't ",
        "$1 back charge ",
        "a",
        "\n- your email? ",
        "((((",
        "no. ",
    ):
        await takes_no_time(pack, pack.tasks()[3].id, words * (200_000 // len(words)))


def test_knobs_change_the_digest_and_the_size() -> None:
    small, large = retail(tasks=5, customers=0), retail(tasks=90, customers=200)
    assert (len(small.tasks()), len(large.tasks())) == (5, 90)
    assert small.digest != large.digest
    assert retail(tasks=5, customers=0).digest == small.digest


def test_the_world_is_the_same_in_every_process(pack: Pack) -> None:
    program = f"""
import asyncio
from pathlib import Path
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec
pack = load_pack(EnvironmentSpec(pack="retail"), [Path({str(ENVS)!r})])
async def main():
    print(pack.digest)
    for card in pack.tasks():
        world = pack.environment(card.id)
        print(card.id, [m.content for m in await world.open(9)][-1])
        for message in pack.reference(card.id):
            for call in message.tool_calls:
                print((await world.call(call)).text)
            if not message.tool_calls:
                print(await world.reply(message.content))
        print(world.digest())
        world.close()
asyncio.run(main())
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ENVS.parent / "platform")},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].startswith(pack.digest)
    assert len(runs[0].splitlines()) > 500
