"""The bank pack: its references solve every task, money moves once, and nobody gets by without doing the work."""

import re
from collections.abc import Callable, Sequence
from functools import partial

import orjson
import pytest
from support.played import patiently, play
from support.scripts import but, calls_of, say, tool_call, without, without_asking
from support.shipped import failed, forks_alike, idlers_earn_nothing, opened, outcome, shipped, solved_by, tasks_of

from wardian.base.messages import Message, ToolCall
from wardian.certification.trial import tried
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.reading import read
from wardian.environments.simulated import SimulatedWorld
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.specs.environments import KnobValue

MANNERS = ("plain", "terse", "chatty", "confused", "impatient")
FREE = ("send_code", "verify_code", "transfer_to_human", "wait")
AMOUNT = re.compile(r"\$[\d,]+\.\d\d")
MONEY = ("transfer_money", "create_standing_order", "open_dispute", "refund_fee")
bank = partial(shipped, "bank")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return bank()


@pytest.fixture(scope="module")
def calm() -> Pack:
    """One request a task, and nothing goes wrong."""
    return bank(issues=1, mishaps=False)


def test_there_is_plenty_to_do(pack: Pack, calm: Pack) -> None:
    cards = pack.tasks()
    assert len(cards) >= 60
    assert len({card.id for card in cards}) == len(cards)
    assert len({card.template for card in calm.tasks()}) >= 10
    assert {card.persona for card in cards} == set(MANNERS)


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"issues": 3},
        {"issues": 1, "distractor_tools": 4, "customers": 0, "history": 0},
        {"seed": 7, "history": 12, "mishaps": False},
        *({"personas": manner} for manner in MANNERS),
    ],
)
async def test_the_reference_solves_every_task_and_hears_every_request(knobs: dict[str, KnobValue]) -> None:
    pack = bank(**knobs)
    for card in pack.tasks():
        script = pack.reference(card.id)
        world = await opened(pack, card.id, seed=3)
        played = await play(world, script)
        assert played.needed == len(script), card
        raised = [request.opening for request in world._scenario.brief.requests[1:]]
        assert all(any(opening in (each or "") for each in played.said) for opening in raised), (card, played.said)
        findings = await world.examine()
        assert findings.success, (card, failed(findings))
        world.close()


async def test_idling_and_stock_phrases_solve_nothing(pack: Pack, calm: Pack) -> None:
    for each in (pack, calm):
        await idlers_earn_nothing(each)
    everything = (
        "I am sorry, I cannot tell you anything about another person's account. Only fees of the last 90 days may be "
        "refunded, one within 12 months; wire fees never. Payments can only be disputed within 60 days. Anything else?"
    )
    for phrase in (everything, "Shall I go ahead?", "I am transferring you to a colleague now."):
        for each in (pack, calm):
            assert await solved_by(each, [say(phrase)] * 8) == [], phrase


Mutation = Callable[[Sequence[Message]], list[Message]]


def without_a_yes(script: Sequence[Message]) -> list[Message]:
    """No text that asks for the user's yes, where something is written."""
    return without_asking(script) if _writes(script) else []


def without_a_code(script: Sequence[Message]) -> list[Message]:
    """The code is not verified, though everything else is done."""
    return without(script, "verify_code") if calls_of(script, "verify_code") else []


def with_other_amounts(script: Sequence[Message]) -> list[Message]:
    """Every amount is told wrong."""
    told = [m if m.tool_calls else say(AMOUNT.sub("$9,999.99", m.content)) for m in script]
    amounts_decide = {"transfer_money", "create_standing_order", "set_card_limit", "open_dispute", "refund_fee"}
    return told if amounts_decide & {call.name for call in calls_of(script)} else []


def with_other_refunds(script: Sequence[Message]) -> list[Message]:
    """Every amount is told wrong, where a fee is refunded."""
    return with_other_amounts(script) if calls_of(script, "refund_fee") else []


def with_other_answers(script: Sequence[Message]) -> list[Message]:
    """What is proposed is right, and what was asked is told wrong."""
    kept = [message.tool_calls or read(message.content).proposes for message in script]
    told = [m if keep else say(AMOUNT.sub("$9,999.99", m.content)) for m, keep in zip(script, kept, strict=True)]
    return told if any("on your savings account, and" in message.content for message in script) else []


def with_other_keys(script: Sequence[Message]) -> list[Message]:
    """Each call that moves money has a key of its own, also when it is repeated."""
    number, changed = 0, list[Message]()
    for message in script:
        calls = []
        for call in message.tool_calls:
            number += call.name in MONEY
            calls.append(but(call, idempotency_key=f"key {number}") if call.name in MONEY else call)
        changed.append(message.model_copy(update={"tool_calls": tuple(calls)}))
    return changed


def _writes(script: Sequence[Message]) -> list[ToolCall]:
    reads = ("find_", "get_", "list_")
    return [call for call in calls_of(script) if not call.name.startswith(reads) and call.name not in FREE]


@pytest.mark.parametrize(
    ("mutation", "at_least", "checks"),
    [
        (without_a_yes, 80, {"confirmed_before_write"}),
        (without_a_code, 95, {"code_verified_first"}),
        (with_other_amounts, 55, {"confirmed_before_write"}),
        (with_other_refunds, 10, {"told_refund"}),
        (with_other_answers, 8, {"told_balance", "told_monthly"}),
    ],
)
async def test_every_spoilt_reference_fails(pack: Pack, mutation: Mutation, at_least: int, checks: set[str]) -> None:
    mutants = [(card, script) for card in pack.tasks() if (script := mutation(pack.reference(card.id)))]
    assert len(mutants) >= at_least
    for card, script in mutants:
        assert checks <= failed(await outcome(pack, card.id, script)), card


async def test_another_key_after_a_lost_answer_does_it_twice(pack: Pack) -> None:
    """What can be done once only (a dispute, a refund) is refused then; all else happens twice, and is noticed."""
    twice = 0
    for card in pack.tasks():
        script = pack.reference(card.id)
        lost = [each for each in await struck(pack, card.id) if each.fault == "applied_timeout"]
        if lost and {change.table for change in lost[0].changes}.isdisjoint({"disputes"}):
            findings = await outcome(pack, card.id, with_other_keys(script))
            only_once = calls_of(script, *MONEY)[0].name == "refund_fee"
            assert findings.success is only_once, card
            twice += not only_once
    assert twice >= 7


async def about_money(pack: Pack, template: str) -> tuple[SimulatedWorld, ToolCall]:
    """A world, and the first call of its reference that moves money."""
    task = tasks_of(pack, template)[0]
    return await opened(pack, task), calls_of(pack.reference(task), *MONEY)[0]


@pytest.mark.parametrize("template", ["transfer", "start_standing_order", "dispute_payment", "fee_refund"])
async def test_a_key_is_carried_out_once(calm: Pack, template: str) -> None:
    world, call = await about_money(calm, template)
    first = await world.call(call)
    again = await world.call(call)
    assert first.error is None
    assert first.changes
    assert (again.text, again.changes) == (first.text, ())
    key = orjson.loads(call.arguments)["idempotency_key"]
    other = tool_call("transfer_money", from_account="A1", to="A2", amount=1, idempotency_key=key)
    assert (await world.call(other)).error == "conflict"


async def test_a_failed_request_does_not_use_up_its_key(calm: Pack) -> None:
    world, call = await about_money(calm, "transfer")
    assert (await world.call(but(call, amount=900_000))).error == "insufficient_funds"
    assert (await world.call(but(call, amount=0.001))).error == "invalid_arguments"
    for amount in (-5, 0, "all", float("inf")):
        assert (await world.call(but(call, amount=amount))).error == "invalid_arguments"
    assert (await world.call(but(call, to=orjson.loads(call.arguments)["from_account"]))).error == "not_allowed"
    assert (await world.call(but(call, from_account="BANK-EQUITY"))).error == "not_found"
    assert (await world.call(call)).error is None


async def test_the_ledger_shows_both_sides(calm: Pack) -> None:
    world, call = await about_money(calm, "transfer")
    amount = round(orjson.loads(call.arguments)["amount"] * 100)
    seen = await world.call(call)
    entries = [change.after for change in seen.changes if change.table == "entries"]
    amounts = {each["amount_cents"] for each in entries if isinstance(each, dict)}
    assert amounts == {-amount, amount}
    lines = orjson.loads((await world.call(tool_call("list_transactions", account_id="BANK-CLEARING"))).text)
    assert any(line["transaction_id"] == "N00001" and line["amount"] == amount / 100 for line in lines)


async def test_the_books_are_right_from_the_beginning(pack: Pack) -> None:
    world = await opened(pack, pack.tasks()[0].id)
    assert world.state.all("SELECT 1 FROM entries GROUP BY transaction_id HAVING sum(amount_cents) <> 0") == []
    sums = "SELECT coalesce(sum(amount_cents), 0) FROM entries e WHERE e.account_id = a.id"
    assert world.state.all(f"SELECT id FROM accounts a WHERE balance_cents <> ({sums})") == []
    assert world.state.all("SELECT id FROM accounts WHERE balance_cents < -overdraft_cents") == []


async def test_who_breaks_the_ledger_fails(calm: Pack) -> None:
    task = tasks_of(calm, "misbooked_deposit")[0]
    start, off, on, post = calls_of(calm.reference(task), "start_correction", "add_entry", "post_booking")
    for calls, broken in (
        ([start, off, post], "entries_sum_to_zero"),
        ([start, off, on], "balances_are_sums_of_entries"),
        ([start, off, off, on, on, post], "no_overdraft_beyond_the_limit"),
    ):
        world = await opened(calm, task)
        assert not [seen.error for call in calls if (seen := await world.call(call)).error]
        laws = {"entries_sum_to_zero", "balances_are_sums_of_entries", "no_overdraft_beyond_the_limit"}
        assert failed(await world.examine()) & laws == {broken}
        world.close()


async def test_a_posted_booking_is_closed(calm: Pack) -> None:
    task = tasks_of(calm, "misbooked_deposit")[0]
    calls = calls_of(calm.reference(task), "start_correction", "add_entry", "post_booking")
    world = await opened(calm, task)
    for call in calls:
        assert (await world.call(call)).error is None
    for call in calls:
        assert (await world.call(call)).error == "conflict", call


async def struck(pack: Pack, task: str) -> list[Observation]:
    world = await opened(pack, task)
    seen = (await play(world, pack.reference(task))).seen
    world.close()
    return [each for each in seen if each.fault]


async def test_all_that_can_go_wrong_does_somewhere(pack: Pack, calm: Pack) -> None:
    kinds = {each.fault for card in pack.tasks() for each in await struck(pack, card.id)}
    assert kinds == {"timeout", "applied_timeout", "rate_limited", "stale"}
    assert not [each for card in calm.tasks() for each in await struck(calm, card.id)]


async def test_by_chance_everything_can_fail_and_patience_solves_it_all_the_same() -> None:
    pack = bank(tasks=40, fault_rate=0.3)
    met = 0
    for card in pack.tasks():
        world = await opened(pack, card.id, seed=2)
        met += await patiently(world, pack.reference(card.id))
        findings = await world.examine()
        assert findings.success, (card, failed(findings))
        world.close()
    assert met > 40


async def test_no_money_moves_while_there_are_too_many_requests(pack: Pack) -> None:
    for card in pack.tasks():
        seen = await struck(pack, card.id)
        if seen and seen[0].fault == "rate_limited":
            hasty = without(pack.reference(card.id), "wait")
            assert "state" in failed(await outcome(pack, card.id, hasty)), card
            return
    raise AssertionError("no such task")


async def test_a_blocked_card_is_told_of_and_cannot_be_limited(calm: Pack) -> None:
    tasks = tasks_of(calm, "fraud_block")
    unblocked = 0
    for task in tasks:
        script = calm.reference(task)
        world = await opened(calm, task)
        await play(world, script[:4])
        card = calls_of(script, "unblock_card", "replace_card")[0]
        (verify,) = calls_of(script, "verify_code")
        assert "Fraud detection has blocked" in (await world.call(verify)).text
        limit = tool_call("set_card_limit", card_id=orjson.loads(card.arguments)["card_id"], daily_limit=100)
        assert (await world.call(limit)).error == "not_allowed"
        assert world.changes == ()
        unblocked += card.name == "unblock_card"
    assert 0 < unblocked < len(tasks), "it depends on the customer's answer"


async def test_a_pending_payment_cannot_be_disputed_until_it_posts(calm: Pack) -> None:
    world, call = await about_money(calm, "dispute_pending")
    assert (await world.call(call)).error == "not_allowed"
    assert "has been posted" in (await world.call(tool_call("wait", minutes=150))).text
    assert (await world.call(call)).error is None


async def test_the_update_decides_about_the_fee(calm: Pack) -> None:
    tasks = tasks_of(calm, "fee_update")
    refunded = [task for task in tasks if calls_of(calm.reference(task), "refund_fee")]
    assert 0 < len(refunded) < len(tasks)
    for task in refunded:
        kept = without(calm.reference(task), "refund_fee")
        assert failed(await outcome(calm, task, kept)) == {"state"}
    for task in set(tasks) - set(refunded):
        *looked, refusal = calm.reference(task)
        world = await opened(calm, task)
        await play(world, looked)
        lines = orjson.loads((await world.call(calls_of(looked, "list_transactions")[0])).text)
        (fee,) = (line["transaction_id"] for line in lines if line["kind"].endswith("_fee"))
        assert (await world.call(tool_call("refund_fee", transaction_id=fee, idempotency_key="1"))).error is None
        await play(world, [refusal])
        assert "state" in failed(await world.examine())
        world.close()


async def test_confused_people_correct_themselves() -> None:
    pack = bank(issues=1, mishaps=False, personas="confused")
    task = tasks_of(pack, "transfer")[0]
    world = await opened(pack, task)
    said = [each or "" for each in (await play(world, pack.reference(task))).said]
    assert any("I think" in each for each in said)
    assert any("mixed something up" in each for each in said)


async def test_somebody_elses_account_is_not_even_looked_at(calm: Pack) -> None:
    task = next(card.id for card in calm.tasks() if "stranger_account" in card.id)
    world = calm.environment(task)
    opening = (await world.open(1))[-1].content
    account = re.search(r"A\d{6}", opening)
    assert account
    await play(world, calm.reference(task))
    assert (await world.examine()).success
    assert (await world.call(tool_call("list_transactions", account_id=account[0]))).error is None
    assert failed(await world.examine()) == {"not_looked_at"}


async def test_only_the_one_on_the_phone_has_the_code(calm: Pack) -> None:
    world, _ = await about_money(calm, "transfer")
    ask = "I have sent a code to your phone. Please tell me the code."
    assert await world.reply(ask) == "I have not got any code yet."
    (send,) = calls_of(calm.reference(tasks_of(calm, "transfer")[0]), "send_code")
    await world.call(send)
    told = await world.reply("Please share the six-digit code, so that I can verify your identity.")
    assert told is not None
    old = re.findall(r"\d{6}", told)[0]
    await world.call(send)
    customer = orjson.loads(send.arguments)["customer_id"]
    assert (await world.call(tool_call("verify_code", customer_id=customer, code=old))).error == "not_allowed"
    assert (await world.call(tool_call("read_code", customer_id=customer))).error == "unknown_tool"


async def test_five_manners_give_five_conversations() -> None:
    talks = set()
    for manner in MANNERS:
        pack = bank(tasks=1, personas=manner)
        world = pack.environment(pack.tasks()[0].id)
        opening = (await world.open(1))[-1].content
        talks.add(str([opening, *(await play(world, pack.reference(pack.tasks()[0].id))).said]))
    assert len(talks) == len(MANNERS)


async def test_a_snapshot_in_the_middle_leads_to_the_same_end(pack: Pack) -> None:
    for card in pack.tasks()[::3]:
        await forks_alike(pack, card.id, len(pack.reference(card.id)) // 2)


async def test_distractors_are_offered_and_work() -> None:
    pack, plain = bank(distractor_tools=4, issues=1), bank(issues=1)
    world, call = await about_money(pack, "transfer")
    assert len(world.tools()) == len(plain.environment(plain.tasks()[0].id).tools()) + 4
    account = orjson.loads(call.arguments)["from_account"]
    (send,) = calls_of(pack.reference(tasks_of(pack, "transfer")[0]), "send_code")
    customer = orjson.loads(send.arguments)["customer_id"]
    for harmless in (tool_call("get_branch_hours"), tool_call("convert_currency", amount=100)):
        assert (await world.call(harmless)).error is None
    await play(world, pack.reference(tasks_of(pack, "transfer")[0]))
    assert (await world.examine()).success
    for write in (
        tool_call("update_phone", customer_id=customer, phone="555"),
        tool_call("set_overdraft_limit", account_id=account, limit=900),
    ):
        assert (await world.call(write)).changes
    assert "state" in failed(await world.examine())


def test_knobs_change_the_digest_and_the_size() -> None:
    small, large = bank(tasks=5, customers=0), bank(tasks=110, customers=200)
    assert (len(small.tasks()), len(large.tasks())) == (5, 110)
    assert small.digest != large.digest
    assert bank(tasks=5, customers=0).digest == small.digest


async def test_the_record_shows_who_paid_twice(pack: Pack) -> None:
    met = 0
    for card in pack.tasks():
        script = pack.reference(card.id)
        good = await scores(pack, card, script)
        assert good["retry_ok"] in (None, 1.0), card
        assert good["repeated_writes"] in (None, 0.0), card
        if good["repeated_writes"] is not None and calls_of(script, *MONEY)[0].name == "transfer_money":
            bad = await scores(pack, card, with_other_keys(script))
            assert (bad["retry_ok"], bad["repeated_writes"], bad["success"]) == (0.0, 1.0, 0.0), card
            met += 1
    assert met >= 3


async def scores(pack: Pack, card: TaskCard, script: Sequence[Message]) -> dict[str, float | None]:
    record = await tried(pack, card, script)
    return {score.metric: score.value for score in await TrajectoryScorer().score(record)}
