"""Bookings by hand, as accountants make them: nothing but the policy keeps their two sides equal."""

from typing import Annotated

from pydantic import Field

from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool

from .ledger_tools import LedgerTools, cents

__all__ = ["CorrectionTools", "booking_for"]

Signed = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]


class CorrectionTools(LedgerTools):
    """Opens a booking, enters its sides and posts it."""

    @tool(effect="write")
    def start_correction(self, transaction_id: str) -> Row:
        """Open a booking that puts another one right; it has no entries yet.

        Args:
            transaction_id: The line in the ledger that is wrong.
        """
        self.found(f"transaction {transaction_id}", "SELECT 1 FROM transactions WHERE id = ?", transaction_id)
        if self.state.one("SELECT 1 FROM transactions WHERE about = ?", transaction_id) is not None:
            raise ToolError("conflict", f"{transaction_id} has been corrected or refunded already")
        booking_id, today = booking_for(transaction_id), self.clock.now().date().isoformat()
        values = (booking_id, "draft", today, "Correction", transaction_id, "by hand")
        self.state.run("INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?)", *values)
        return {"booking_id": booking_id}

    @tool(effect="write")
    def add_entry(self, booking_id: str, account_id: str, amount: Signed) -> Row:
        """Enter one side of an open booking; a second entry on the same account is added to the first.

        Args:
            booking_id: The open booking.
            account_id: Which account.
            amount: In dollars; negative takes money off the account.
        """
        self._draft(booking_id)
        self._account(account_id)
        self.state.run(
            "INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount_cents = amount_cents + ?",
            booking_id,
            account_id,
            cents(amount),
            cents(amount),
        )
        return {"booking_id": booking_id, "account_id": account_id, "amount": amount}

    @tool(effect="write")
    def post_booking(self, booking_id: str) -> Row:
        """Post an open booking as it is: only now its entries count in the balances. It cannot be changed any more.

        Args:
            booking_id: The open booking.
        """
        self._draft(booking_id)
        self.state.run("UPDATE transactions SET kind = 'correction' WHERE id = ?", booking_id)
        self.state.run(
            "UPDATE accounts SET balance_cents = balance_cents + e.amount_cents FROM entries e "
            "WHERE e.transaction_id = ? AND e.account_id = accounts.id",
            booking_id,
        )
        return {"booking_id": booking_id, "status": "posted"}

    def _draft(self, booking_id: str) -> None:
        booking = self.found(f"booking {booking_id}", "SELECT kind FROM transactions WHERE id = ?", booking_id)
        if booking["kind"] != "draft":
            raise ToolError("conflict", f"booking {booking_id} is posted")


def booking_for(transaction_id: str) -> str:
    """The id of the booking that corrects another one."""
    return f"B{transaction_id[1:]}"
