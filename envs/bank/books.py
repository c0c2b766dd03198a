"""Builds a bank: its own accounts, and the people, cards and bookings that tasks ask for, all from one seed."""

from datetime import date, timedelta
from random import Random
from typing import Any

import yaml

from wardian.base.identity import random_stream
from wardian.environments.address import Address
from wardian.environments.register import Register

from .records import TODAY, Account, Card, Customer, Fee, Payee, Payment, Record, StandingOrder

__all__ = ["CLEARING", "DISPUTES", "EQUITY", "FEES", "Books"]

CLEARING, FEES, DISPUTES, EQUITY = "BANK-CLEARING", "BANK-FEES", "BANK-DISPUTES", "BANK-EQUITY"
"""The bank's own accounts: what is under way to or from other banks, what it earns, what it advances, what it owes."""

_TABLES = (
    *("customers", "accounts", "payees", "transactions", "entries", "standing_orders", "cards", "card_payments"),
)
_PLASTIC = 6
"""Digits of ids."""


class Books:
    """Collects the rows of a bank while tasks place what they need in it.

    Args:
        people: names and places, as YAML.
        seed: decides everything that is drawn.
    """

    def __init__(self, people: str, seed: int) -> None:
        self.rows: dict[str, list[Record]] = {table: [] for table in _TABLES}
        self.people: dict[str, list[Any]] = yaml.safe_load(people)
        self._seed = seed
        self._random = random_stream("bank", seed, "books")
        self._register = Register()
        self._balances: dict[str, Record] = {}
        for own in (CLEARING, FEES, DISPUTES, EQUITY):
            self._place_account(own, None, "internal", None)

    def fresh_id(self, prefix: str) -> str:
        """An id that nobody can guess and nothing else has."""
        return self._register.number(self._random, prefix, _PLASTIC)

    def _place_account(self, account_id: str, customer_id: str | None, kind: str, overdraft_cents: int | None) -> None:
        row: Record = {"id": account_id, "customer_id": customer_id, "kind": kind}
        row |= {"overdraft_cents": overdraft_cents, "balance_cents": 0}
        self._balances[account_id] = row
        self.rows["accounts"].append(row)

    def balance(self, account: Account) -> int:
        """What stands on `account`, in cents."""
        return int(self._balances[account.id]["balance_cents"] or 0)

    def book(self, kind: str, on: date, text: str, entries: dict[str, int]) -> str:
        """A booking: `entries` are cents by account and sum to 0; its id."""
        transaction_id = self.fresh_id("T")
        self.rows["transactions"].append(
            {"id": transaction_id, "kind": kind, "booked_on": on.isoformat(), "text": text}
        )
        for account_id, cents in entries.items():
            row: Record = {"transaction_id": transaction_id, "account_id": account_id, "amount_cents": cents}
            self.rows["entries"].append(row)
            balance = self._balances[account_id]
            balance["balance_cents"] = int(balance["balance_cents"] or 0) + cents
        return transaction_id

    def concern(self, transaction_id: str, about: str) -> None:
        """The booking is about another one: a refund about a fee."""
        row = next(row for row in self.rows["transactions"] if row["id"] == transaction_id)
        row["about"] = about

    def address(self, random: Random) -> Address:
        """A place to live."""
        return Address.drawn(random, self.people["towns"], self.people["streets"])

    def customer(self, random: Random) -> Customer:
        """A new customer with money on two accounts; no two share name and date of birth."""
        first, last, born = self._newcomer(random)
        customer_id, address = self.fresh_id("C"), self.address(random)
        phone = f"***-***-{random.randrange(1000, 9999)}"
        self.rows["customers"].append(
            {"id": customer_id, "first_name": first, "last_name": last, "birth_date": born.isoformat(), "phone": phone}
            | vars(address)
        )
        checking = self._account(random, customer_id, "checking", random.choice((0, 200, 500)) * 100)
        savings = self._account(random, customer_id, "savings", 0)
        return Customer(customer_id, first, last, born, address, checking, savings)

    def _newcomer(self, random: Random) -> tuple[str, str, date]:
        while True:
            first, last = random.choice(self.people["first_names"]), random.choice(self.people["last_names"])
            born = date(1945, 1, 1) + timedelta(random.randrange(21_000))
            if self._register.take(f"{first} {last} {born}"):
                return first, last, born

    def _account(self, random: Random, customer_id: str, kind: str, overdraft_cents: int) -> Account:
        account = Account(self.fresh_id("A"), kind, overdraft_cents)
        self._place_account(account.id, customer_id, kind, overdraft_cents)
        cents = random.randrange(6_000_00, 11_000_00)
        self.book("opening", TODAY - timedelta(400), "Opening balance", {EQUITY: -cents, account.id: cents})
        return account

    def payee(self, customer: Customer, name: str) -> Payee:
        """A saved payee of `customer`, at another bank."""
        made = Payee(self.fresh_id("P"), name)
        self.rows["payees"].append({**vars(made), "customer_id": customer.id, "bank": "another bank"})
        return made

    def standing_order(self, customer: Customer, payee: Payee, cents: int, day_of_month: int) -> StandingOrder:
        """Monthly from the checking account."""
        made = StandingOrder(self.fresh_id("S"), payee, cents, day_of_month)
        row: Record = {"id": made.id, "account_id": customer.checking.id, "recipient": payee.id, "status": "active"}
        self.rows["standing_orders"].append({**row, "amount_cents": cents, "day_of_month": day_of_month})
        return made

    def card(self, random: Random, customer: Customer, limit_cents: int) -> Card:
        """A card of the checking account."""
        made = Card(self.fresh_id("K"), str(random.randrange(1000, 9999)), limit_cents)
        self.rows["cards"].append({**vars(made), "account_id": customer.checking.id, "status": "active"})
        return made

    def payment(self, customer: Customer, card: Card, bought: tuple[str, int], on: date, *, posted: bool) -> Payment:
        """A card payment: `bought` is merchant and cents. It is in the ledger once it is posted."""
        merchant, cents = bought
        made = Payment(self.fresh_id("CP"), card, merchant, cents, on)
        row: Record = {"id": made.id, "card_id": card.id, "merchant": merchant, "amount_cents": cents}
        status = "posted" if posted else "pending"
        self.rows["card_payments"].append({**row, "made_on": on.isoformat(), "status": status})
        if posted:
            self.book("card_payment", on, merchant, {customer.checking.id: -cents, CLEARING: cents})
        return made

    def fee(self, customer: Customer, kind: str, cents: int, on: date) -> Fee:
        """A fee that was charged to the checking account."""
        text = kind.replace("_", " ").capitalize()
        return Fee(self.book(kind, on, text, {customer.checking.id: -cents, FEES: cents}), kind, cents, on)

    def history(self, random: Random, customer: Customer, lines: int) -> None:
        """Bookings that the conversation is not about."""
        for account in (customer.checking, customer.savings):
            for _ in range(lines):
                on = TODAY - timedelta(random.randrange(1, 200))
                coming = random.random() < 0.5
                cents = random.randrange(5_00, 60_00) * (1 if coming else -1)
                text = "Incoming payment" if coming else f"Payment to {random.choice(self.people['payees'])}"
                self.book("incoming" if coming else "transfer", on, text, {account.id: cents, CLEARING: -cents})

    def bystanders(self, count: int, history: int) -> None:
        """Customers that no task is about."""
        for number in range(count):
            random = random_stream("bank", self._seed, "bystander", number)
            someone = self.customer(random)
            self.card(random, someone, 1_000_00)
            self.history(random, someone, history)
