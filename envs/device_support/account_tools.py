"""What the support agent can do with accounts."""

from typing import Annotated, Literal

from pydantic import Field

from wardian.environments.amounts import usd
from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool
from wardian.environments.toolbox import Toolbox

__all__ = ["AccountTools"]

Gigabytes = Annotated[int, Field(ge=1, le=20)]


class AccountTools(Toolbox):
    """Lines, bills, outages, and what can be done about them."""

    @tool(effect="read")
    def find_customer(self, phone_number: str, birth_date: str) -> Row:
        """Find a customer and their line by phone number and date of birth.

        Args:
            phone_number: Seven digits, such as "555-0142".
            birth_date: Such as "1990-05-31".
        """
        found = self.state.one(
            "SELECT customers.id AS customer_id, first_name, last_name, lines.id AS line_id FROM lines"
            " JOIN customers ON customers.id = customer_id WHERE number = ? AND birth_date = ?",
            phone_number.strip(),
            birth_date.strip(),
        )
        if found is None:
            raise ToolError("not_found", "nobody has this phone number and this date of birth")
        return found

    @tool(effect="read")
    def get_line(self, line_id: str) -> Row:
        """Get a line: status, plan, data, roaming, registration in the network, and where the phone is.

        Args:
            line_id: Such as "L1042".
        """
        row = self._line(line_id)
        plan = self.state.one("SELECT * FROM plans WHERE id = ?", row["plan_id"]) or {}
        left = max(0, plan["data_mb"] + row["refilled_mb"] - row["used_mb"])
        return {
            "line_id": line_id,
            "number": row["number"],
            "status": row["status"],
            "suspended_for": row["suspended_for"] or None,
            "plan": plan["name"],
            "data_left_mb": left,
            "price_per_refilled_gb": usd(plan["gb_cents"]),
            "roaming": bool(row["roaming"]),
            "price_per_day_of_roaming": usd(plan["roaming_day_cents"]),
            "registration": row["registration"],
            "last_seen_in": row["region"],
            "abroad": bool(row["abroad"]),
        }

    @tool(effect="read")
    def list_bills(self, line_id: str) -> list[Row]:
        """List the bills of a line, the newest first.

        Args:
            line_id: Such as "L1042".
        """
        self._line(line_id)
        rows = self.state.all("SELECT * FROM bills WHERE line_id = ? ORDER BY due DESC", line_id)
        return [
            {"bill_id": row["id"], "amount": usd(row["cents"]), "due": row["due"], "paid": bool(row["paid"])}
            for row in rows
        ]

    @tool(effect="read")
    def check_outages(self, region: str) -> list[Row]:
        """List the outages in a region.

        Args:
            region: As in the line's `last_seen_in`.
        """
        return self.state.all("SELECT * FROM outages WHERE region = ? ORDER BY id", region)

    @tool(effect="read")
    def get_access_point(self, line_id: str) -> Row:
        """Get what belongs into the access point of a phone: APN and MMSC.

        Args:
            line_id: Such as "L1042".
        """
        found = self.state.one("SELECT apn, mmsc FROM plans WHERE id = ?", self._line(line_id)["plan_id"])
        return found or {}

    @tool(effect="write")
    def reset_registration(self, line_id: str) -> Row:
        """Let the network forget where the phone is, so that it can register again.

        Args:
            line_id: Such as "L1042".
        """
        self._line(line_id)
        self.state.run("UPDATE lines SET registration = 'reset' WHERE id = ?", line_id)
        self.state.run("INSERT OR IGNORE INTO resets VALUES (?)", line_id)
        return {"line_id": line_id, "registration": "reset"}

    @tool(effect="write")
    def refill_data(self, line_id: str, gigabytes: Gigabytes) -> Row:
        """Add data to a line until the end of the month; it is charged with the next bill.

        Args:
            line_id: Such as "L1042".
            gigabytes: How many.
        """
        row = self._line(line_id)
        plan = self.state.one("SELECT gb_cents FROM plans WHERE id = ?", row["plan_id"]) or {}
        cents = gigabytes * plan["gb_cents"]
        self.state.run("UPDATE lines SET refilled_mb = refilled_mb + ? WHERE id = ?", 1024 * gigabytes, line_id)
        self._charge(line_id, cents, f"{gigabytes} GB")
        return {"line_id": line_id, "refilled_gb": gigabytes, "charged": usd(cents)}

    @tool(effect="write")
    def enable_roaming(self, line_id: str) -> Row:
        """Let a line be used abroad; days on which it is used cost what the plan says.

        Args:
            line_id: Such as "L1042".
        """
        if self._line(line_id)["roaming"]:
            raise ToolError("conflict", f"line {line_id} has roaming already")
        self.state.run("UPDATE lines SET roaming = 1 WHERE id = ?", line_id)
        return {"line_id": line_id, "roaming": True}

    @tool(effect="write")
    def resume_line(self, line_id: str) -> Row:
        """Resume a suspended line.

        Args:
            line_id: Such as "L1042".
        """
        if self._line(line_id)["status"] != "suspended":
            raise ToolError("conflict", f"line {line_id} is not suspended")
        self.state.run("UPDATE lines SET status = 'active', suspended_for = '' WHERE id = ?", line_id)
        return {"line_id": line_id, "status": "active"}

    @tool(effect="write")
    def block_line(self, line_id: str, reason: Literal["lost", "stolen"]) -> Row:
        """Block a line whose phone is gone.

        Args:
            line_id: Such as "L1042".
            reason: What has happened to the phone.
        """
        self._line(line_id)
        self.state.run("UPDATE lines SET status = 'suspended', suspended_for = ? WHERE id = ?", reason, line_id)
        return {"line_id": line_id, "status": "suspended"}

    @tool(effect="write")
    def send_replacement_sim(self, line_id: str, reason: Literal["broken", "lost", "stolen"]) -> Row:
        """Send a new SIM to the address on file.

        Args:
            line_id: Such as "L1042".
            reason: What has happened to the old one.
        """
        self._line(line_id)
        self.state.run("INSERT INTO sim_orders(line_id, reason) VALUES (?, ?)", line_id, reason)
        return {"line_id": line_id, "arrives": "within three working days"}

    @tool(effect="write")
    def notify_when_restored(self, line_id: str, outage_id: str) -> Row:
        """Send the customer a message when an outage is over.

        Args:
            line_id: Such as "L1042".
            outage_id: Such as "O7".
        """
        self._line(line_id)
        self.found(f"outage {outage_id}", "SELECT 1 FROM outages WHERE id = ?", outage_id)
        self.state.run("INSERT OR IGNORE INTO notices VALUES (?, ?)", line_id, outage_id)
        return {"line_id": line_id, "outage_id": outage_id, "noted": True}

    @tool(effect="write")
    def transfer_to_human(
        self, line_id: str, reason: Literal["network_fault", "billing", "device_damage", "other"], summary: str
    ) -> Row:
        """Transfer the customer to a colleague.

        Args:
            line_id: Such as "L1042".
            reason: Why.
            summary: What the colleague must know.
        """
        self._line(line_id)
        self.state.run("INSERT INTO handoffs(line_id, reason, summary) VALUES (?, ?, ?)", line_id, reason, summary)
        return {"line_id": line_id, "transferred": True}

    def _charge(self, line_id: str, cents: int, what: str) -> None:
        self.state.run("INSERT INTO charges(line_id, cents, what) VALUES (?, ?, ?)", line_id, cents, what)

    def _line(self, line_id: str) -> Row:
        return self.found(f"line {line_id}", "SELECT * FROM lines WHERE id = ?", line_id)
