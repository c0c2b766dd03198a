"""What a service remembers: in the state, so that snapshots, forks and digests know it."""

from datetime import datetime, timedelta
from typing import Final

from wardian.environments.clock import VirtualClock
from wardian.environments.services.spec import RateSpec
from wardian.environments.state import State
from wardian.environments.tool import ToolError

__all__ = ["LEDGER_TABLES", "SCHEMA", "Ledger"]

LEDGER_TABLES: Final = ("_service_window", "_service_answers")
SCHEMA: Final = """
CREATE TABLE _service_window(id INTEGER PRIMARY KEY CHECK (id = 0), since TEXT NOT NULL, calls INTEGER NOT NULL);
CREATE TABLE _service_answers(
    tool TEXT, key TEXT, request TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (tool, key)
);
"""
"""Tables that a world with a service has on top of its own; they are nobody's business."""


class Ledger:
    """The calls in the current window, and the answers that were given under a key."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._clock = VirtualClock(state)

    def pass_time(self, seconds: float) -> None:
        """Let the virtual clock go on."""
        self._clock.advance(timedelta(seconds=seconds))

    def admit(self, rate: RateSpec) -> None:
        """Count a call.

        Raises:
            ToolError: when there were too many.
        """
        now = self._clock.now()
        row = self._state.one("SELECT since, calls FROM _service_window WHERE id = 0")
        end = None if row is None else datetime.fromisoformat(row["since"]) + timedelta(seconds=rate.per_s)
        if row is None or end is None or now >= end:
            self._state.run("INSERT OR REPLACE INTO _service_window VALUES (0, ?, 1)", now.isoformat())
        elif row["calls"] >= rate.calls:
            wait_s = (end - now).total_seconds()
            raise ToolError("rate_limited", f"too many requests; try again in {wait_s:g} seconds")
        else:
            self._state.run("UPDATE _service_window SET calls = calls + 1 WHERE id = 0")

    def answer(self, tool: str, key: str, request: str) -> str | None:
        """The answer that was given to the same request under this key.

        Raises:
            ToolError: when the key was used for another request.
        """
        row = self._state.one("SELECT request, answer FROM _service_answers WHERE tool = ? AND key = ?", tool, key)
        if row is None:
            return None
        if row["request"] != request:
            raise ToolError("conflict", "this idempotency key was used for another request")
        return str(row["answer"])

    def keep(self, tool: str, key: str, request: str, answer: str) -> None:
        """Remember an answer."""
        self._state.run("INSERT INTO _service_answers VALUES (?, ?, ?, ?)", tool, key, request, answer)
