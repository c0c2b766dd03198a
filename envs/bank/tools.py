"""What a service agent of the bank can change beside money. The tools guard the data; the policy guards the people."""

from typing import Literal

from wardian.environments.address import address_in
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool

from .corrections import CorrectionTools
from .ledger_tools import Amount, DayOfMonth, cents

__all__ = ["BankTools", "BlockReason"]

BlockReason = Literal["lost", "stolen", "fraud"]


class BankTools(CorrectionTools):
    """The whole back office."""

    @tool(effect="write")
    def change_standing_order(self, standing_order_id: str, amount: Amount, day_of_month: DayOfMonth) -> Row:
        """Change amount and day of a standing order.

        Args:
            standing_order_id: Such as "S123456".
            amount: In dollars; the present one to keep it.
            day_of_month: From 1 to 28; the present one to keep it.
        """
        changed = self.state.run(
            "UPDATE standing_orders SET amount_cents = ?, day_of_month = ? WHERE id = ? AND status = 'active'",
            cents(amount),
            day_of_month,
            standing_order_id,
        )
        if not changed:
            raise ToolError("not_found", f"there is no active standing order {standing_order_id}")
        return {"standing_order_id": standing_order_id, "amount": amount, "day_of_month": day_of_month}

    @tool(effect="write")
    def cancel_standing_order(self, standing_order_id: str) -> Row:
        """End a standing order.

        Args:
            standing_order_id: Such as "S123456".
        """
        if not self.state.run(
            "UPDATE standing_orders SET status = 'cancelled' WHERE id = ? AND status = 'active'", standing_order_id
        ):
            raise ToolError("not_found", f"there is no active standing order {standing_order_id}")
        return {"standing_order_id": standing_order_id, "status": "cancelled"}

    @tool(effect="write")
    def block_card(self, card_id: str, reason: BlockReason) -> Row:
        """Block a card.

        Args:
            card_id: Such as "K123456".
            reason: Why.
        """
        self._card_that_is("active", card_id)
        self.state.run("UPDATE cards SET status = 'blocked', blocked_for = ? WHERE id = ?", reason, card_id)
        return {"card_id": card_id, "status": "blocked"}

    @tool(effect="write")
    def unblock_card(self, card_id: str) -> Row:
        """Take a block off a card.

        Args:
            card_id: Such as "K123456".
        """
        self._card_that_is("blocked", card_id)
        self.state.run("UPDATE cards SET status = 'active', blocked_for = NULL WHERE id = ?", card_id)
        return {"card_id": card_id, "status": "active"}

    @tool(effect="write")
    def replace_card(self, card_id: str) -> Row:
        """Send a replacement for a blocked card to the address on file.

        Args:
            card_id: The blocked card.
        """
        card = self._card_that_is("blocked", card_id)
        owner = "SELECT c.* FROM customers c JOIN accounts a ON a.customer_id = c.id WHERE a.id = ?"
        home = self.state.one(owner, card["account_id"])
        if home is None or self.state.one("SELECT 1 FROM replacements WHERE card_id = ?", card_id) is not None:
            raise ToolError("conflict", f"a replacement for card {card_id} is on its way")
        place = address_in(home)
        self.state.run("INSERT INTO replacements VALUES (?, ?, ?, ?, ?)", card_id, *place.values())
        return {"card_id": card_id, "sent_to": place}

    @tool(effect="write")
    def set_card_limit(self, card_id: str, daily_limit: Amount) -> Row:
        """Set the daily limit of an active card.

        Args:
            card_id: Such as "K123456".
            daily_limit: In dollars.
        """
        self._card_that_is("active", card_id)
        self.state.run("UPDATE cards SET daily_limit_cents = ? WHERE id = ?", cents(daily_limit), card_id)
        return {"card_id": card_id, "daily_limit": daily_limit}

    @tool(effect="write")
    def change_address(self, customer_id: str, street: str, city: str, state: str, zip: str) -> Row:  # noqa: A002
        """Change a customer's address.

        Args:
            customer_id: Whose.
            street: House number and street.
            city: City.
            state: Two-letter code of the state.
            zip: Five-digit ZIP code.
        """
        self._customer(customer_id)
        place = {"street": street.strip(), "city": city.strip(), "state": state.strip().upper(), "zip": zip.strip()}
        self.state.run(
            "UPDATE customers SET street = ?, city = ?, state = ?, zip = ? WHERE id = ?", *place.values(), customer_id
        )
        return {"customer_id": customer_id, "address": place}

    def _card_that_is(self, status: str, card_id: str) -> Row:
        card = self._card(card_id)
        if card["status"] != status:
            raise ToolError("not_allowed", f"card {card_id} is {card['status']}; it would have to be {status}")
        return card
