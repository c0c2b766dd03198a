"""What a line's phone can do at the moment: network and phone each spoil it in their own way."""

from wardian.base.frozen import Frozen
from wardian.environments.state import Row, State
from wardian.environments.tool import ToolError

__all__ = ["AUTOMATIC", "Reception", "reception"]

AUTOMATIC = "5G/4G automatic"
"""The network mode that is right."""

_QUERY = """
SELECT phones.*, lines.status, lines.region, lines.abroad, lines.roaming, lines.registration, lines.port_fault,
  lines.used_mb >= plans.data_mb + lines.refilled_mb AS used_up, plans.apn AS right_apn, plans.mmsc AS right_mmsc,
  EXISTS (SELECT 1 FROM outages WHERE outages.region = lines.region) AS outage,
  (SELECT granted FROM permissions WHERE line_id = lines.id AND app = 'Messages' AND permission = 'storage') AS storage
FROM phones JOIN lines ON lines.id = phones.line_id JOIN plans ON plans.id = lines.plan_id WHERE phones.line_id = ?
"""


class Reception(Frozen):
    """What works. `display` is what the status bar says; `mbps` is 0 without internet."""

    display: str
    bars: int
    mbps: float
    pictures: bool


def reception(state: State, line_id: str) -> Reception:
    """What the phone of a line can do now.

    Raises:
        ToolError: when there is no such phone.
    """
    row = state.one(_QUERY, line_id)
    if row is None:
        raise ToolError("not_found", f"there is no phone with line {line_id}")
    display = _display(row)
    has_internet = not display and _has_internet(row)
    return Reception(
        display=display or ("2G" if row["network_mode"] != AUTOMATIC else "5G"),
        bars=0 if display else 4,
        mbps=_speed(row) if has_internet else 0.0,
        pictures=has_internet and row["mmsc"] == row["right_mmsc"] and bool(row["storage"]),
    )


def _display(row: Row) -> str:
    """Why there is no network, as the phone shows it; empty when there is one."""
    if row["airplane_mode"]:
        return "Airplane mode"
    if row["sim"] != "in":
        return "No SIM" if row["sim"] == "loose" else "SIM error"
    lost = row["registration"] != "registered" or row["port_fault"] or row["status"] != "active"
    unreachable = not row["roaming"] if row["abroad"] else row["outage"]
    return "No service" if lost or unreachable else ""


def _has_internet(row: Row) -> bool:
    allowed = row["mobile_data"] and not row["used_up"] and (row["data_roaming"] or not row["abroad"])
    return bool(allowed and row["apn_in_use"] == row["right_apn"])


def _speed(row: Row) -> float:
    limits = {"data_saver": 1.5, "vpn": 2.5}
    slowed = [limit for name, limit in limits.items() if row[name]]
    return min([0.1 if row["network_mode"] != AUTOMATIC else 84.0, *slowed])
