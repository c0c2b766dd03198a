"""The retail pack: its references solve every task, and nobody gets by without doing the work."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

import orjson
import pytest
from support.played import play, say

from wardian.base.messages import Message, ToolCall
from wardian.environments.findings import Findings
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_pack
from wardian.environments.reading import read
from wardian.environments.simulated import SimulatedWorld
from wardian.specs.environments import EnvironmentSpec, KnobValue

ENVS = Path(__file__).resolve().parents[2] / "envs"


def retail(**knobs: KnobValue) -> Pack:
    return load_pack(EnvironmentSpec(pack="retail", knobs=knobs), [ENVS])


@pytest.fixture(scope="module")
def pack() -> Pack:
    return retail()


def world_of(pack: Pack, task: str) -> SimulatedWorld:
    world = pack.environment(task)
    assert isinstance(world, SimulatedWorld)
    return world


async def outcome(pack: Pack, task: str, script: Sequence[Message], seed: int = 1) -> Findings:
    world = world_of(pack, task)
    await world.open(seed)
    await play(world, script)
    findings = await world.examine()
    world.close()
    return findings


def do(tool: str, **arguments: str) -> Message:
    return Message(
        role="assistant", tool_calls=(ToolCall(id="c", name=tool, arguments=orjson.dumps(arguments).decode()),)
    )


def test_there_is_plenty_to_do(pack: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert len({card.id for card in cards}) == len(cards)
    assert len({card.template for card in cards}) >= 6
    assert {card.persona for card in cards} == {"plain", "terse", "chatty", "forgetful", "impatient"}
    assert {card.persona for card in cards[:40]} == {card.persona for card in cards}


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"issues": 3},
        {"issues": 1, "distractor_tools": 8, "customers": 0},
        {"seed": 7, "other_orders": 6},
        *({"personas": persona} for persona in ("plain", "terse", "chatty", "forgetful", "impatient")),
    ],
)
async def test_the_reference_solves_every_task_and_uses_every_message(knobs: dict[str, KnobValue]) -> None:
    pack = retail(**knobs)
    for card in pack.tasks():
        script = pack.reference(card.id)
        world = world_of(pack, card.id)
        await world.open(3)
        assert await play(world, script) == len(script), card
        findings = await world.examine()
        assert findings.success, (card, [check for check in findings.checks if not check.passed])
        world.close()


async def test_idling_solves_nothing(pack: Pack) -> None:
    for card in pack.tasks():
        findings = await outcome(pack, card.id, [say("")] * 10)
        assert not findings.success, card
        assert not [check for check in findings.checks if check.passed and check.weight], card


REFUSAL = "I'm sorry, I cannot do that, it is against our policy. Is there anything else?"
EVERY_RULE = (
    "I am sorry: it has already shipped, so it cannot be cancelled. Final sale cannot be returned. Returns are "
    "possible within 30 days. I cannot share information about another customer's order. Is there anything else?"
)


@pytest.mark.parametrize("issues", [1, 2])
@pytest.mark.parametrize("phrase", [REFUSAL, EVERY_RULE, "I am transferring you to a human agent."])
async def test_stock_phrases_solve_nothing(issues: int, phrase: str) -> None:
    pack = retail(issues=issues)
    for card in pack.tasks():
        assert not (await outcome(pack, card.id, [say(phrase)] * 8)).success, card


async def test_a_yes_to_nothing_in_particular_is_no_consent() -> None:
    pack = retail(issues=1)
    for card in pack.tasks():
        script = pack.reference(card.id)
        writes = (i for i, message in enumerate(script) if _needs_consent(message))
        if (first := next(writes, None)) is None:
            continue
        asked = [m for m in script[:first] if m.tool_calls or "email" in m.content or "full name" in m.content]
        findings = await outcome(pack, card.id, [*asked, say("Shall I go ahead?"), *script[first:]])
        assert "confirmed_before_write" in {check.name for check in findings.checks if not check.passed}, card


def _needs_consent(message: Message) -> bool:
    return any(
        c.name in {"cancel_order", "change_address", "return_items", "exchange_item"} for c in message.tool_calls
    )


async def test_not_available_is_not_available() -> None:
    pack = retail(issues=1)
    questions = [card for card in pack.tasks() if card.template == "product_question"]
    assert questions
    for card in questions:
        *looked, told = pack.reference(card.id)
        in_stock = "is in stock" in told.content
        for words in ("isn't available", "is unavailable", "is not in stock", "is currently not available"):
            text = told.content.replace("is in stock", words).replace("is out of stock", words)
            findings = await outcome(pack, card.id, [*looked, say(text)] + [say("Anything else?")] * 3)
            assert findings.success is not in_stock, (card, text)


def test_a_shop_as_large_as_the_knobs_allow_knows_everybody_apart() -> None:
    for seed in range(3):
        assert len(retail(tasks=1, customers=5_000, other_orders=0, seed=seed).tasks()) == 1


async def test_transferring_everybody_solves_nothing(pack: Pack) -> None:
    """Even an agent that identifies the customer and picks their newest order before it gives up."""
    for card in pack.tasks():
        found = next((m for m in pack.reference(card.id) for c in m.tool_calls if c.name.startswith("find_")), None)
        if found is None:
            continue
        world = world_of(pack, card.id)
        await world.open(1)
        account = orjson.loads((await world.call(found.tool_calls[0])).text)["customer_id"]
        orders = orjson.loads((await world.call(do("list_orders", customer_id=account).tool_calls[0])).text)
        last = do("transfer_to_human", customer_id=account, order_id=orders[0]["order_id"], reason="other", summary="?")
        await play(world, [say("What is your email address?"), last, say("I am transferring you to a human agent.")])
        assert not (await world.examine()).success, card


async def test_calls_at_random_solve_nothing(pack: Pack) -> None:
    world = world_of(pack, pack.tasks()[0].id)
    tools = [schema.name for schema in world.tools()]
    world.close()
    noise = [do(tool, order_id="W1234567", customer_id="C12345") for tool in islice(cycle(tools), 20)]
    for card in pack.tasks():
        assert not (await outcome(pack, card.id, [*noise, say("Done. Anything else?")])).success, card


Mutation = Callable[[Sequence[Message]], list[list[Message]]]


def without_one_write(script: Sequence[Message]) -> list[list[Message]]:
    """The script as often as it writes, each time with another write missing."""
    reads = ("find_", "get_", "list_", "search_")
    writes = [i for i, m in enumerate(script) if any(not c.name.startswith(reads) for c in m.tool_calls)]
    return [[m for i, m in enumerate(script) if i != missing] for missing in writes]


def without_asking(script: Sequence[Message]) -> list[list[Message]]:
    """The script without any text that asks for the user's yes, if it writes something that needs one."""
    tools = {call.name for message in script for call in message.tool_calls}
    needing = {"cancel_order", "change_address", "return_items", "exchange_item"}
    quiet = [message for message in script if message.tool_calls or not read(message.content).proposes]
    return [quiet] if tools & needing and len(quiet) < len(script) else []


def without_identifying(script: Sequence[Message]) -> list[list[Message]]:
    """The script without finding the customer, if it does."""
    kept = [m for m in script if not any(call.name.startswith("find_") for call in m.tool_calls)]
    return [kept] if len(kept) < len(script) and any(c.name == "get_order" for m in kept for c in m.tool_calls) else []


def with_other_amounts(script: Sequence[Message]) -> list[list[Message]]:
    """The script with every amount and number of days told wrong."""
    told = [re.sub(r"(\$[\d,]+\.\d\d|\d\d days|[A-Z][a-z]+ \d\d?\.)", "$9,999.99", m.content) for m in script]
    changed = [m if m.tool_calls else say(text) for m, text in zip(script, told, strict=True)]
    return [changed] if any("$9,999.99" in text for text in told) else []


@pytest.mark.parametrize(
    ("mutation", "at_least"),
    [(without_one_write, 70), (without_asking, 40), (without_identifying, 60), (with_other_amounts, 40)],
)
async def test_every_spoilt_reference_fails(pack: Pack, mutation: Mutation, at_least: int) -> None:
    mutants = [(card, script) for card in pack.tasks() for script in mutation(pack.reference(card.id))]
    assert len(mutants) >= at_least
    survivors = [card.id for card, script in mutants if (await outcome(pack, card.id, script)).success]
    assert survivors == []


async def test_a_forbidden_return_fails_though_the_user_is_happy(pack: Pack) -> None:
    late = [card for card in retail(issues=1).tasks() if card.template == "return_late"]
    alone = retail(issues=1)
    refused = [card for card in late if not _writes(alone, card)]
    assert refused
    for card in refused:
        order = next(c for m in alone.reference(card.id) for c in m.tool_calls if c.name == "get_order")
        world = world_of(alone, card.id)
        await world.open(1)
        await play(world, alone.reference(card.id)[:-1][:5])
        found = orjson.loads((await world.call(order)).text)
        back = {"order_id": found["order_id"], "item_ids": [found["items"][0]["item_id"]], "reason": "no_longer_needed"}
        call = orjson.dumps({**back, "refund_to": found["payment_method"]["payment_method_id"]}).decode()
        await world.reply("Shall I return it? We have a return window of 30 days, but I can make an exception.")
        assert (await world.call(ToolCall(id="c", name="return_items", arguments=call))).error is None
        findings = await world.examine()
        assert not findings.success
        assert any(check.name == "state" and not check.passed for check in findings.checks)


def _writes(pack: Pack, card: TaskCard) -> bool:
    return any(call.name == "return_items" for message in pack.reference(card.id) for call in message.tool_calls)


async def test_every_tool_is_needed_somewhere(pack: Pack) -> None:
    world = world_of(pack, pack.tasks()[0].id)
    offered = {schema.name for schema in world.tools()}
    used = {call.name for card in pack.tasks() for m in pack.reference(card.id) for call in m.tool_calls}
    assert used == offered


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[:20]:
        script = pack.reference(card.id)
        for middle in range(1, len(script), 3):
            world = world_of(pack, card.id)
            await world.open(5)
            await play(world, script[:middle])
            fork = world.fork()
            assert fork.digest() == world.digest()
            assert await play(world, script[middle:]) == await play(fork, script[middle:]) == len(script) - middle
            assert fork.digest() == world.digest()
            assert await fork.examine() == await world.examine()
            world.close()
            fork.close()


async def test_distractors_are_offered_and_work() -> None:
    pack = retail(distractor_tools=8)
    world = world_of(pack, pack.tasks()[0].id)
    assert len(world.tools()) == 20
    found = next(c for m in pack.reference(pack.tasks()[0].id) for c in m.tool_calls if c.name.startswith("find_"))
    account = orjson.loads((await world.call(found)).text)["customer_id"]
    await play(world, pack.reference(pack.tasks()[0].id))
    assert (await world.examine()).success
    for tool in ("request_callback", "subscribe_newsletter"):
        seen = await world.call(do(tool, customer_id=account).tool_calls[0])
        assert seen.error is None
        assert seen.changes
    assert (await world.call(do("list_categories").tool_calls[0])).error is None
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
        world = world_of(pack, pack.tasks()[3].id)
        await world.open(1)
        begun = time.perf_counter()
        await world.reply(words * (200_000 // len(words)))
        await world.examine()
        assert time.perf_counter() - begun < 2, words
        world.close()


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
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].startswith(pack.digest)
    assert len(runs[0].splitlines()) > 500
