"""Virtual time: it stands in the state, so that a snapshot carries it and nothing else moves it."""

from datetime import datetime, timedelta

from wardian.base.errors import EnvironmentFault
from wardian.environments.state import State

__all__ = ["VirtualClock"]


class VirtualClock:
    """The world's own time; it moves only when somebody advances it."""

    def __init__(self, state: State) -> None:
        self._state = state

    def now(self) -> datetime:
        """The present moment of the world."""
        row = self._state.one("SELECT now FROM clock WHERE id = 0")
        if row is None:
            raise EnvironmentFault("the world's clock is gone")
        return datetime.fromisoformat(row["now"])

    def advance(self, span: timedelta) -> datetime:
        """Let `span` pass; the new present.

        Raises:
            ValueError: when `span` is negative.
        """
        if span < timedelta(0):
            raise ValueError("time does not run backwards")
        return self._set(self.now() + span)

    def reach(self, moment: datetime) -> None:
        """Let time pass up to `moment`, if that is still to come."""
        text = moment.isoformat()
        self._state.run("UPDATE clock SET now = ? WHERE id = 0 AND now < ?", text, text)

    def _set(self, moment: datetime) -> datetime:
        self._state.run("UPDATE clock SET now = ? WHERE id = 0", moment.isoformat())
        return moment
