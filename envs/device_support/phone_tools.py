"""What customers can do with their phones: none of it is in the agent's hands."""

from typing import Literal

from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool

from .account_tools import AccountTools
from .phone import AUTOMATIC, reception

__all__ = ["PhoneTools", "Switch"]

Switch = Literal["airplane_mode", "mobile_data", "wifi", "data_roaming", "data_saver", "vpn"]

_FAST = 20.0
"""Mbps from which on nobody complains."""

_GLANCES = {
    "Airplane mode": "there is a little plane up there and no bars",
    "No SIM": "no bars, and something about a SIM that is not there",
    "SIM error": "no bars, and something about an error of the SIM",
    "No service": "there are no bars at all",
}


class PhoneTools(AccountTools):
    """The account with the phone of its line."""

    @tool(effect="read", actor="user")
    def check_status_bar(self, line_id: str) -> Row:
        """Look at the top of the screen."""
        seen = reception(self.state, line_id)
        glance = _GLANCES.get(seen.display, "there are some bars")
        return {"bars": seen.bars or "no", "display": seen.display, "glance": glance}

    @tool(effect="read", actor="user")
    def check_settings(self, line_id: str) -> Row:
        """Look at the network settings."""
        row = self._phone(line_id)
        switches = ("airplane_mode", "mobile_data", "wifi", "data_roaming", "data_saver", "vpn")
        return {"network_mode": row["network_mode"], **{name: "on" if row[name] else "off" for name in switches}}

    @tool(effect="read", actor="user")
    def check_access_point(self, line_id: str) -> Row:
        """Look at the access point's settings."""
        row = self._phone(line_id)
        return {"apn": row["apn"] or "empty", "mmsc": row["mmsc"] or "empty"}

    @tool(effect="read", actor="user")
    def check_permissions(self, line_id: str) -> Row:
        """Look at what the app Messages is allowed to do."""
        query = "SELECT permission, granted FROM permissions WHERE line_id = ? AND app = 'Messages'"
        rows = self.state.all(query, line_id)
        return {row["permission"]: "allowed" if row["granted"] else "not allowed" for row in rows}

    @tool(effect="read", actor="user")
    def run_speed_test(self, line_id: str) -> Row:
        """Measure how fast the internet is."""
        mbps = reception(self.state, line_id).mbps
        if not mbps:
            raise ToolError("no_connection", "no connection")
        return {"mbps": f"{mbps:g}", "verdict": "fast" if mbps >= _FAST else "slow"}

    @tool(effect="read", actor="user")
    def send_test_picture(self, line_id: str) -> Row:
        """Send a picture message."""
        if not reception(self.state, line_id).pictures:
            raise ToolError("not_sent", "not sent")
        return {"result": "sent"}

    @tool(effect="write", actor="user")
    def flip(self, line_id: str, switch: Switch, on: bool) -> Row:
        """Turn something on or off."""
        self._phone(line_id)
        self.state.run(f"UPDATE phones SET {switch} = ? WHERE line_id = ?", on, line_id)  # noqa: S608  (one of Switch)
        if switch == "airplane_mode" and not on:
            self._register(line_id)
        return {"state": "on" if on else "off"}

    @tool(effect="write", actor="user")
    def choose_network_mode(self, line_id: str) -> Row:
        """Let the phone choose the network by itself."""
        self.state.run("UPDATE phones SET network_mode = ? WHERE line_id = ?", AUTOMATIC, line_id)
        return {"mode": AUTOMATIC}

    @tool(effect="write", actor="user")
    def set_access_point(self, line_id: str, apn: str = "", mmsc: str = "") -> Row:
        """Type in the access point; what is not given stays as it is."""
        self.state.run(
            "UPDATE phones SET apn = coalesce(nullif(?, ''), apn), mmsc = coalesce(nullif(?, ''), mmsc)"
            " WHERE line_id = ?",
            apn,
            mmsc,
            line_id,
        )
        return {"typed": apn or mmsc}

    @tool(effect="write", actor="user")
    def reinsert_sim(self, line_id: str) -> Row:
        """Take the SIM out and put it in again."""
        if self._phone(line_id)["sim"] != "in":
            self.state.run(
                "UPDATE phones SET sim_reseated = 1, sim = iif(sim = 'loose', 'in', sim) WHERE line_id = ?", line_id
            )
        self._register(line_id)
        return {"done": True}

    @tool(effect="write", actor="user")
    def restart(self, line_id: str) -> Row:
        """Turn the phone off and on again."""
        self.state.run("UPDATE phones SET apn_in_use = apn WHERE line_id = ?", line_id)
        self._register(line_id)
        return {"done": True}

    @tool(effect="write", actor="user")
    def allow(self, line_id: str, permission: str) -> Row:
        """Give the app Messages a permission."""
        query = "UPDATE permissions SET granted = 1 WHERE line_id = ? AND app = 'Messages' AND permission = ?"
        if not self.state.run(query, line_id, permission):
            raise ToolError("not_found", f"there is no permission called {permission}")
        return {"permission": permission}

    @tool(effect="write", actor="user")
    def factory_reset(self, line_id: str) -> Row:
        """Erase the phone."""
        self.state.run("UPDATE phones SET erased = 1, wifi = 0, vpn = 0, data_saver = 0 WHERE line_id = ?", line_id)
        self.state.run("UPDATE permissions SET granted = 0 WHERE line_id = ?", line_id)
        return {"done": True}

    def _phone(self, line_id: str) -> Row:
        return self.found(f"phone with line {line_id}", "SELECT * FROM phones WHERE line_id = ?", line_id)

    def _register(self, line_id: str) -> None:
        """A phone looks for its network anew: that helps once the network has forgotten it."""
        self.state.run(
            "UPDATE lines SET registration = 'registered' WHERE id = ? AND registration = 'reset'"
            " AND EXISTS (SELECT 1 FROM phones WHERE line_id = lines.id AND NOT airplane_mode AND sim = 'in')",
            line_id,
        )
