"""Tools that no task needs: the knob `distractor_tools` says how many are offered."""

from wardian.environments.state import Row
from wardian.environments.tool import tool

from .ledger_tools import Amount, cents
from .tools import BankTools

__all__ = ["DISTRACTORS", "CrowdedBankTools"]

DISTRACTORS = ("get_branch_hours", "update_phone", "convert_currency", "set_overdraft_limit")
RATES = {"EUR": 0.92, "GBP": 0.79, "CHF": 0.88}


class CrowdedBankTools(BankTools):
    """The back office with everything that has gathered there."""

    hidden = frozenset(DISTRACTORS)

    @tool(effect="read")
    def get_branch_hours(self) -> Row:
        """Get the opening hours of the branches."""
        return {"monday_to_friday": "9:00-17:00", "saturday": "10:00-14:00"}

    @tool(effect="read")
    def convert_currency(self, amount: Amount) -> Row:
        """Convert dollars to other currencies at today's rates.

        Args:
            amount: In dollars.
        """
        return {currency: round(amount * rate, 2) for currency, rate in RATES.items()}

    @tool(effect="write")
    def update_phone(self, customer_id: str, phone: str) -> Row:
        """Change the phone number that codes are sent to.

        Args:
            customer_id: Whose.
            phone: The new number.
        """
        self._customer(customer_id)
        self.state.run("UPDATE customers SET phone = ? WHERE id = ?", phone, customer_id)
        return {"customer_id": customer_id, "phone": phone}

    @tool(effect="write")
    def set_overdraft_limit(self, account_id: str, limit: Amount) -> Row:
        """Set the overdraft limit of an account.

        Args:
            account_id: Such as "A123456".
            limit: In dollars.
        """
        self._account(account_id)
        self.state.run("UPDATE accounts SET overdraft_cents = ? WHERE id = ?", cents(limit), account_id)
        return {"account_id": account_id, "overdraft_limit": limit}
