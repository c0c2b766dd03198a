"""Who is asking, and what a service agent of the bank can look up."""

from typing import Literal

from wardian.environments.address import address_in
from wardian.environments.amounts import dollars
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox

from .records import one_time_code

__all__ = ["HandoffReason", "Lookups"]

HandoffReason = Literal["no_code", "large_dispute", "other"]

_LEDGER = """
SELECT t.id AS transaction_id, t.booked_on, t.kind, t.text, t.about, e.amount_cents
FROM entries e JOIN transactions t ON t.id = e.transaction_id WHERE e.account_id = ? ORDER BY t.booked_on DESC, t.id
"""
_CARDS = """
SELECT c.* FROM cards c JOIN accounts a ON a.id = c.account_id WHERE a.customer_id = ? ORDER BY c.id
"""


class Lookups(Toolbox):
    """Identification and the bank's records."""

    @tool(effect="read")
    def find_customer(self, first_name: str, last_name: str, birth_date: str) -> Row:
        """Find a customer by full name and date of birth.

        Args:
            first_name: First name.
            last_name: Last name.
            birth_date: As YYYY-MM-DD.
        """
        found = self.state.one(
            "SELECT id FROM customers WHERE last_name = ? AND first_name = ? AND birth_date = ?",
            last_name.strip(),
            first_name.strip(),
            birth_date.strip(),
        )
        if found is None:
            raise ToolError("not_found", f"no customer is called {first_name} {last_name} and born on {birth_date}")
        return {"customer_id": found["id"]}

    @tool(effect="write")
    def transfer_to_human(self, customer_id: str, reason: HandoffReason, summary: str) -> Row:
        """Hand the conversation over to a colleague.

        Args:
            customer_id: The customer's.
            reason: Which kind of business it is.
            summary: What the colleague should know, in one or two sentences.
        """
        self._customer(customer_id)
        number = self.state.all("SELECT count(*) AS n FROM handoffs")[0]["n"] + 1
        self.state.run("INSERT INTO handoffs VALUES (?, ?, ?, ?)", f"H{number:04d}", customer_id, reason, summary)
        return {"handoff_id": f"H{number:04d}", "status": "transferred"}

    @tool(effect="write")
    def send_code(self, customer_id: str) -> Row:
        """Send a one-time code to the phone number that the bank has on file; an earlier code loses its force.

        Args:
            customer_id: Whose phone.
        """
        phone = self._customer(customer_id)["phone"]
        sent = self.state.one("SELECT number FROM codes WHERE customer_id = ?", customer_id)
        number = sent["number"] + 1 if sent else 1
        code = one_time_code(customer_id, number)
        self.state.run("INSERT OR REPLACE INTO codes VALUES (?, ?, ?, 0)", customer_id, number, code)
        return {"sent_to": phone}

    @tool(effect="write")
    def verify_code(self, customer_id: str, code: str) -> Row:
        """Verify the one-time code that the customer has told.

        Args:
            customer_id: Whose code it is.
            code: Six digits.
        """
        if not self.state.run(
            "UPDATE codes SET verified = 1 WHERE customer_id = ? AND code = ?", customer_id, code.strip()
        ):
            raise ToolError("not_allowed", "this is not the code that was sent last")
        return {"customer_id": customer_id, "verified": True}

    @tool(effect="read", actor="user")
    def read_code(self, customer_id: str) -> Row:
        """What stands on the customer's phone."""
        found = self.state.one("SELECT code FROM codes WHERE customer_id = ?", customer_id)
        if found is None:
            raise ToolError("not_found", "no code has come")
        return found

    @tool(effect="read")
    def get_customer(self, customer_id: str) -> Row:
        """Get a customer's address and payees.

        Args:
            customer_id: Such as "C123456".
        """
        row = self._customer(customer_id)
        payees = "SELECT id AS payee_id, name, bank FROM payees WHERE customer_id = ? ORDER BY id"
        return {
            "customer_id": customer_id,
            "name": f"{row['first_name']} {row['last_name']}",
            "address": address_in(row),
            "payees": self.state.all(payees, customer_id),
        }

    @tool(effect="read")
    def list_accounts(self, customer_id: str) -> list[Row]:
        """List a customer's accounts with balance and overdraft limit.

        Args:
            customer_id: Such as "C123456".
        """
        self._customer(customer_id)
        rows = self.state.all("SELECT * FROM accounts WHERE customer_id = ? ORDER BY id", customer_id)
        return [_account(row) for row in rows]

    @tool(effect="read")
    def list_transactions(self, account_id: str) -> list[Row]:
        """Get an account's lines in the ledger, newest first: amounts, fees and what they are about.

        Args:
            account_id: Such as "A123456".
        """
        self._account(account_id)
        return [_in_dollars(row) for row in self.state.all(_LEDGER, account_id)]

    @tool(effect="read")
    def list_standing_orders(self, account_id: str) -> list[Row]:
        """List an account's standing orders.

        Args:
            account_id: Such as "A123456".
        """
        self._account(account_id)
        query = """
            SELECT id AS standing_order_id, recipient, amount_cents, day_of_month, status
            FROM standing_orders WHERE account_id = ? ORDER BY id"""
        return [_in_dollars(row) for row in self.state.all(query, account_id)]

    @tool(effect="read")
    def list_cards(self, customer_id: str) -> list[Row]:
        """List a customer's cards with their daily limits.

        Args:
            customer_id: Such as "C123456".
        """
        self._customer(customer_id)
        return [_card(row) for row in self.state.all(_CARDS, customer_id)]

    @tool(effect="read")
    def list_card_payments(self, card_id: str) -> list[Row]:
        """List what was paid with a card, newest first.

        Args:
            card_id: Such as "K123456".
        """
        self._card(card_id)
        query = """
            SELECT id AS payment_id, merchant, amount_cents, made_on, status
            FROM card_payments WHERE card_id = ? ORDER BY made_on DESC, id"""
        return [_in_dollars(row) for row in self.state.all(query, card_id)]

    def _customer(self, customer_id: str) -> Row:
        return self.found(f"customer {customer_id}", "SELECT * FROM customers WHERE id = ?", customer_id)

    def _account(self, account_id: str) -> Row:
        return self.found(f"account {account_id}", "SELECT * FROM accounts WHERE id = ?", account_id)

    def _card(self, card_id: str) -> Row:
        return self.found(f"card {card_id}", "SELECT * FROM cards WHERE id = ?", card_id)


def _in_dollars(row: Row) -> Row:
    shown = {name: value for name, value in row.items() if name != "amount_cents" and value is not None}
    return {**shown, "amount": dollars(row["amount_cents"])}


def _account(row: Row) -> Row:
    balance, overdraft = row["balance_cents"], row["overdraft_cents"]
    limits = {"balance": dollars(balance), "overdraft_limit": dollars(overdraft)}
    return {"account_id": row["id"], "kind": row["kind"], **limits, "available": dollars(balance + overdraft)}


def _card(row: Row) -> Row:
    shown = {"card_id": row["id"], "last_digits": row["last_digits"], "status": row["status"]}
    blocked = {"blocked_for": row["blocked_for"]} if row["blocked_for"] else {}
    return {**shown, **blocked, "daily_limit": dollars(row["daily_limit_cents"])}
