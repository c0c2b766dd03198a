"""Transfers, standing orders, and money on the wrong account."""

from datetime import timedelta

from wardian.environments.amounts import money, usd
from wardian.environments.brief import Fact, Request
from wardian.environments.checks import Communicated
from wardian.environments.solution import Issue

from .books import CLEARING
from .corrections import booking_for
from .desk import Desk
from .facts import amount_correction, amount_fact
from .ledger_tools import DayOfMonth
from .records import TODAY, Payee

__all__ = ["change_standing_order", "end_standing_order", "misbooked_deposit", "start_standing_order", "transfer"]
__all__ += ["transfer_too_much"]

_STEP = 5_00
_DAY = r"which day|what day|day of (?:the|each|every) month|\bwhen\b|\bdate\b(?! of birth)"
_NOT_ENOUGH = (
    r"(?:not|n't) (?:be )?(?:enough|sufficient|cover|suffice|possible|available|have)|insufficient|exceed|below"
    r"|more than|only [^.?!]{0,40}available|available[^.?!]{0,40}\bonly|cannot|can't"
)


def transfer(desk: Desk) -> Issue:
    """Money goes to a saved payee; confused people name the wrong amount first."""
    payee, cents, mistaken = _payee(desk), *_amounts(desk)
    desk.identify()
    _look(desk)
    desk.say(f"Gladly. How much should I transfer to {payee.name} from your checking account?")
    for amount in (mistaken, cents) if desk.confused else (cents,):
        desk.say(f"I will transfer {usd(amount)} from your checking account to {payee.name}. Is that correct?")
    desk.pay("transfer_money", from_account=desk.customer.checking.id, to=payee.id, amount=cents / 100)
    desk.finish(f"{usd(cents)} are on their way to {payee.name}.")
    request = Request(
        opening=f"Please send money from my checking account to {payee.name}.",
        detail=f"I want to send {usd(cents)} from my checking account to {payee.name}.",
        facts=(amount_fact(cents, mistaken), _source("checking")),
        corrections=(amount_correction(cents, mistaken),),
        terms=money(cents),
    )
    return Issue(request)


def transfer_too_much(desk: Desk) -> Issue:
    """There is less on the account than the customer believes."""
    payee, customer = _payee(desk), desk.customer
    there = desk.books.balance(customer.savings)
    wanted, less = there + desk.random.randrange(100, 900) * 100, there // 2 // 100 * 100
    desk.identify()
    _look(desk)
    desk.say(
        f"I am sorry, that is not possible: only {usd(there)} are available on your savings account. "
        "You may choose a smaller amount."
    )
    desk.say(f"I will transfer {usd(less)} from your savings account to {payee.name}. Shall I go ahead?")
    desk.pay("transfer_money", from_account=customer.savings.id, to=payee.id, amount=less / 100)
    desk.finish(f"{usd(less)} are on their way to {payee.name}.")
    request = Request(
        opening=f"Please transfer {usd(wanted)} from my savings account to {payee.name}.",
        detail=f"I want to send {usd(wanted)} from my savings account to {payee.name}.",
        facts=(_source("savings"),),
        terms=money(less),
        fallback=f"Oh, I thought there was more. Then make it {usd(less)}.",
    )
    return Issue(request, (Communicated(name="told_not_enough", pattern=_NOT_ENOUGH),))


def misbooked_deposit(desk: Desk) -> Issue:
    """The bank has booked a deposit on the wrong account: put right by hand, both sides of it."""
    customer, (wrong, right) = desk.customer, (desk.customer.checking, desk.customer.savings)
    cents = desk.books.balance(wrong) + wrong.overdraft_cents + desk.random.randrange(600, 2_000) * 100
    on, text = TODAY - timedelta(desk.random.randrange(2, 9)), f"Deposit for account {right.id}"
    deposit = desk.books.book("incoming", on, text, {wrong.id: cents, CLEARING: -cents})
    desk.identify()
    desk.call("list_accounts", customer_id=customer.id)
    desk.call("list_transactions", account_id=wrong.id)
    desk.say(
        f"You are right: the deposit of {usd(cents)} was meant for your savings account, and we booked it on your "
        "checking account. I will move it to where it belongs. Shall I go ahead?"
    )
    desk.call("start_correction", transaction_id=deposit)
    booking = booking_for(deposit)
    desk.call("add_entry", booking_id=booking, account_id=wrong.id, amount=-cents / 100)
    desk.call("add_entry", booking_id=booking, account_id=right.id, amount=cents / 100)
    desk.call("post_booking", booking_id=booking)
    desk.finish(f"The {usd(cents)} have been moved to your savings account.")
    request = Request(
        opening="I have sold my boat, and the money is on the wrong account: I had it sent to my savings account.",
        detail=f"You have booked a deposit of {usd(cents)} on my checking account. It belongs on my savings account.",
        facts=(amount_fact(cents), _source("checking")),
        terms=money(cents),
    )
    return Issue(request)


def start_standing_order(desk: Desk) -> Issue:
    """A new monthly transfer."""
    payee, cents, mistaken = _payee(desk), *_amounts(desk)
    day: DayOfMonth = desk.random.randrange(1, 29)
    desk.identify()
    _look(desk)
    desk.say("I can set that up. How much should it be, and on which day of the month?")
    for amount in (mistaken, cents) if desk.confused else (cents,):
        desk.say(
            f"I will set up a standing order of {usd(amount)} from your checking account to {payee.name}, each month "
            f"on day {day}. Is that correct?"
        )
    account = desk.customer.checking.id
    desk.pay("create_standing_order", from_account=account, to=payee.id, amount=cents / 100, day_of_month=day)
    desk.finish(f"The standing order to {payee.name} has been set up.")
    request = Request(
        opening=f"I want to pay {payee.name} every month from my checking account. Can you set that up?",
        detail=f"I want a standing order of {usd(cents)} to {payee.name} on day {day} of each month.",
        facts=(
            amount_fact(cents, mistaken),
            Fact(name="day", asked=_DAY, answer=f"On day {day} of the month.", bare=f"day {day}"),
            _source("checking"),
        ),
        corrections=(amount_correction(cents, mistaken),),
        terms=money(cents),
    )
    return Issue(request)


def change_standing_order(desk: Desk) -> Issue:
    """Another amount for an order that exists; the day stays, and there must not be a second one."""
    payee, other, customer = _payee(desk), _payee(desk), desk.customer
    before, cents = _amounts(desk)
    order = desk.books.standing_order(customer, payee, before, desk.random.randrange(1, 29))
    desk.books.standing_order(customer, other, before + _STEP, desk.random.randrange(1, 29))
    _look_at_orders(desk)
    desk.say(
        f"Your standing order to {payee.name} is {usd(before)} at present. I will change it to {usd(cents)}; it stays "
        f"on day {order.day_of_month}. Is that correct?"
    )
    change = {"amount": cents / 100, "day_of_month": order.day_of_month}
    desk.call("change_standing_order", standing_order_id=order.id, **change)
    desk.finish(f"The standing order to {payee.name} has been changed to {usd(cents)}.")
    request = Request(
        opening=f"From now on {payee.name} should get {usd(cents)} every month instead of {usd(before)}.",
        detail=f"Please change my standing order to {payee.name} to {usd(cents)}. The day stays as it is.",
        facts=(
            amount_fact(cents),
            Fact(name="day", asked=_DAY, answer="The day stays as it is."),
        ),
        terms=money(cents),
    )
    return Issue(request)


def end_standing_order(desk: Desk) -> Issue:
    """One of two orders ends."""
    payee, other, customer = _payee(desk), _payee(desk), desk.customer
    cents, more = _amounts(desk)
    order = desk.books.standing_order(customer, payee, cents, desk.random.randrange(1, 29))
    desk.books.standing_order(customer, other, more, desk.random.randrange(1, 29))
    _look_at_orders(desk)
    desk.say(f"I will end your standing order of {usd(cents)} to {payee.name}. Is that correct?")
    desk.call("cancel_standing_order", standing_order_id=order.id)
    desk.finish(f"The standing order to {payee.name} has been cancelled.")
    request = Request(
        opening=f"I have left {payee.name}. Please stop the monthly payments to them.",
        detail=f"I want the standing order to {payee.name} to end.",
        terms=payee.name.split()[0],
    )
    return Issue(request)


def _payee(desk: Desk) -> Payee:
    """A new payee, whose name no other one of this task has."""
    name = desk.random.choice([name for name in desk.books.people["payees"] if name not in desk.payees])
    desk.payees.append(name)
    return desk.books.payee(desk.customer, name)


def _amounts(desk: Desk) -> tuple[int, int]:
    """An amount and another one, in cents."""
    cents = desk.random.randrange(60, 900) * 100 + desk.random.choice((0, 0, 50, 75))
    return cents, cents + desk.random.choice((-2, -1, 1, 2, 4)) * 10_00


def _source(kind: str) -> Fact:
    asked = r"which account|what account|from (?:your|which|what)\b.*\baccount|checking or|savings or"
    return Fact(name="source", asked=asked, answer=f"From my {kind} account.", bare=kind)


def _look(desk: Desk) -> None:
    desk.call("get_customer", customer_id=desk.customer.id)
    desk.call("list_accounts", customer_id=desk.customer.id)


def _look_at_orders(desk: Desk) -> None:
    desk.identify()
    _look(desk)
    desk.call("list_standing_orders", account_id=desk.customer.checking.id)
