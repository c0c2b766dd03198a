"""Tools that move money: every booking has two sides, and every request is carried out once."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import orjson
from pydantic import Field

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.environments.amounts import dollars
from wardian.environments.state import Row
from wardian.environments.tool import BadArguments, ToolError, tool

from .books import CLEARING, DISPUTES, FEES
from .lookups import Lookups

__all__ = ["MONEY_TOOLS", "Amount", "DayOfMonth", "DisputeReason", "LedgerTools", "cents"]

MONEY_TOOLS = ("transfer_money", "create_standing_order", "open_dispute", "refund_fee")
"""Those that take an idempotency key."""

DisputeReason = Literal["unauthorized", "not_received", "wrong_amount", "charged_twice"]
Amount = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
DayOfMonth = Annotated[int, Field(ge=1, le=28)]
Key = Annotated[str, Field(min_length=1, max_length=100)]

FLOAT_LOSS = 1e-4
"""Cents: far below one, and far above what floats lose."""

_FEE = """
SELECT t.kind, e.account_id, -e.amount_cents AS cents FROM transactions t JOIN entries e ON e.transaction_id = t.id
WHERE t.id = ? AND t.kind LIKE '%!_fee' ESCAPE '!' AND e.amount_cents < 0
"""
_PAYMENT = """
SELECT p.*, c.account_id FROM card_payments p JOIN cards c ON c.id = p.card_id WHERE p.id = ?
"""


class LedgerTools(Lookups):
    """Transfers, standing orders, disputes and refunds."""

    @tool(effect="write")
    def transfer_money(self, from_account: str, to: str, amount: Amount, idempotency_key: Key, memo: str = "") -> Row:
        """Transfer money to one of the customer's own accounts or to a saved payee.

        Args:
            from_account: Id of the account that pays.
            to: Id of an account or of a payee.
            amount: In dollars.
            idempotency_key: Your own name for this request; the same key again returns the first result.
            memo: A line for the recipient.
        """

        def carry_out() -> Row:
            other = self._recipient(from_account, to)
            self._available(from_account, cents(amount))
            entries = {from_account: -cents(amount), other: cents(amount)}
            booked = self._book("transfer", memo or "Transfer", to, idempotency_key, entries)
            return {"transaction_id": booked, "from": from_account, "to": to, "amount": amount}

        return self._once(idempotency_key, ["transfer_money", from_account, to, cents(amount)], carry_out)

    @tool(effect="write")
    def create_standing_order(
        self, from_account: str, to: str, amount: Amount, day_of_month: DayOfMonth, idempotency_key: Key
    ) -> Row:
        """Set up a monthly transfer.

        Args:
            from_account: Id of the account that pays.
            to: Id of an account or of a payee.
            amount: In dollars.
            day_of_month: From 1 to 28.
            idempotency_key: Your own name for this request; the same key again returns the first result.
        """

        def carry_out() -> Row:
            self._recipient(from_account, to)
            number = self.state.all("SELECT count(*) AS n FROM standing_orders")[0]["n"] + 1
            order = (f"SN{number:05d}", from_account, to, cents(amount), day_of_month)
            self.state.run("INSERT INTO standing_orders VALUES (?, ?, ?, ?, ?, 'active')", *order)
            return {"standing_order_id": order[0], "to": to, "amount": amount, "day_of_month": day_of_month}

        payload: list[JsonValue] = ["create_standing_order", from_account, to, cents(amount), day_of_month]
        return self._once(idempotency_key, payload, carry_out)

    @tool(effect="write")
    def open_dispute(self, payment_id: str, reason: DisputeReason, idempotency_key: Key) -> Row:
        """Dispute a posted card payment; its amount is credited provisionally.

        Args:
            payment_id: Such as "CP123456".
            reason: What is wrong with it.
            idempotency_key: Your own name for this request; the same key again returns the first result.
        """

        def carry_out() -> Row:
            payment = self._disputable(payment_id)
            self.state.run("INSERT INTO disputes VALUES (?, ?)", payment_id, reason)
            self.state.run("UPDATE card_payments SET status = 'disputed' WHERE id = ?", payment_id)
            entries = {DISPUTES: -payment["amount_cents"], payment["account_id"]: payment["amount_cents"]}
            self._book("provisional_credit", payment["merchant"], payment_id, idempotency_key, entries)
            return {"payment_id": payment_id, "status": "disputed", "credit": dollars(payment["amount_cents"])}

        return self._once(idempotency_key, ["open_dispute", payment_id, reason], carry_out)

    @tool(effect="write")
    def refund_fee(self, transaction_id: str, idempotency_key: Key) -> Row:
        """Refund a fee to the account that it was charged to.

        Args:
            transaction_id: The fee's line in the ledger.
            idempotency_key: Your own name for this request; the same key again returns the first result.
        """

        def carry_out() -> Row:
            fee = self.state.one(_FEE, transaction_id)
            if fee is None:
                raise ToolError("not_found", f"{transaction_id} is no fee")
            if self.state.one("SELECT 1 FROM transactions WHERE about = ?", transaction_id) is not None:
                raise ToolError("conflict", f"fee {transaction_id} has been refunded already")
            entries = {FEES: -fee["cents"], fee["account_id"]: fee["cents"]}
            self._book("fee_refund", "Courtesy refund", transaction_id, idempotency_key, entries)
            return {"transaction_id": transaction_id, "refund": dollars(fee["cents"])}

        return self._once(idempotency_key, ["refund_fee", transaction_id], carry_out)

    def _once(self, key: str, payload: Sequence[JsonValue], carry_out: Callable[[], Row]) -> Row:
        """The result of `carry_out`, or the first one when `key` has been used for the same `payload`."""
        text = canonical_json(payload).decode()
        known = self.state.one("SELECT * FROM requests WHERE idempotency_key = ?", key)
        if known is None:
            result = carry_out()
            self.state.run("INSERT INTO requests VALUES (?, ?, ?)", key, text, orjson.dumps(result).decode())
            return result
        if known["payload"] != text:
            raise ToolError("conflict", f"the idempotency key {key} belongs to another request")
        first: Row = orjson.loads(known["result"])
        return first

    def _recipient(self, from_account: str, to: str) -> str:
        """The account on which the other side of a transfer is booked."""
        payer = self._account(from_account)
        if to == from_account:
            raise ToolError("not_allowed", "the money is on that account already")
        if self.state.one("SELECT 1 FROM accounts WHERE id = ? AND customer_id IS NOT NULL", to) is not None:
            return to
        payee = self.state.one("SELECT 1 FROM payees WHERE id = ? AND customer_id = ?", to, payer["customer_id"])
        if payee is None:
            raise ToolError("not_found", f"{to} is neither an account nor a payee of the customer")
        return CLEARING

    def _available(self, account_id: str, wanted: int) -> None:
        account = self._account(account_id)
        if account["customer_id"] is None:
            raise ToolError("not_allowed", f"{account_id} is the bank's own account")
        available = account["balance_cents"] + account["overdraft_cents"]
        if wanted > available:
            raise ToolError("insufficient_funds", f"only ${dollars(available):.2f} are available on {account_id}")

    def _disputable(self, payment_id: str) -> Row:
        payment = self.found(f"card payment {payment_id}", _PAYMENT, payment_id)
        if payment["status"] != "posted":
            raise ToolError("not_allowed", f"payment {payment_id} is {payment['status']}; this needs a posted one")
        return payment

    def _book(self, kind: str, text: str, about: str, key: str, entries: dict[str, int]) -> str:
        """A booking with its two sides; its id."""
        number = self.state.all("SELECT count(*) AS n FROM transactions WHERE idempotency_key IS NOT NULL")[0]["n"] + 1
        booked, today = f"N{number:05d}", self.clock.now().date().isoformat()
        self.state.run("INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?)", booked, kind, today, text, about, key)
        for account_id, amount in entries.items():
            self.state.run("INSERT INTO entries VALUES (?, ?, ?)", booked, account_id, amount)
            self.state.run("UPDATE accounts SET balance_cents = balance_cents + ? WHERE id = ?", amount, account_id)
        return booked


def cents(amount: float) -> int:
    """An amount of dollars in cents.

    Raises:
        BadArguments: when it has fractions of a cent.
    """
    whole = round(amount * 100)
    if abs(whole - amount * 100) > FLOAT_LOSS:
        raise BadArguments(f"amount: {amount} has fractions of a cent")
    return whole
