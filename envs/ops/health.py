"""Who is healthy, and since when not: derived from what is broken, never stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from wardian.environments.state import Row, State

__all__ = ["RECOVERY", "Health", "Needs"]

RECOVERY = timedelta(minutes=6)
"""How long it takes until a fix is felt."""
_LOG_EVERY = timedelta(minutes=5)
_LOG_LINES = 4
_HEAP_FULL, _LEAK_PER_HOUR = 98.0, 10.0
_NODE_KINDS = ("disk_full", "hardware")

Needs = Mapping[str, Sequence[str]]
"""By service: those that it needs."""


class Health:
    """The health of all services as long as nothing changes.

    Args:
        state: the world's.
        needs: who needs whom.
    """

    def __init__(self, state: State, needs: Needs) -> None:
        self._state = state
        self._needs = needs
        self._sick: dict[tuple[int, ...], Sick] = {}

    @cached_property
    def _conditions(self) -> list[tuple[Row, Sequence[str]]]:
        """What is or was broken, with the services that it breaks by itself."""
        return [(row, self._struck(row)) for row in self._state.all("SELECT * FROM conditions ORDER BY id")]

    def _struck(self, condition: Row) -> Sequence[str]:
        if condition["kind"] in _NODE_KINDS:
            rows = self._state.all("SELECT name FROM services WHERE node = ?", condition["component"])
        elif condition["kind"] == "external_provider":
            rows = self._state.all("SELECT name FROM services WHERE provider = ?", condition["component"])
        else:
            return [condition["component"]]
        return [row["name"] for row in rows]

    def at(self, moment: datetime) -> "Sick":
        """Who is unhealthy at a moment."""
        text = moment.isoformat()
        lasting = [(row, struck) for row, struck in self._conditions if _lasts(row, text)]
        ids = tuple(row["id"] for row, _ in lasting)
        if ids not in self._sick:
            self._sick[ids] = Sick({service: row for row, struck in lasting for service in struck}, self._needs)
        return self._sick[ids]

    def leaked(self, service: str, at: datetime) -> float:
        """Percent of the memory that a leak has filled at a moment; that takes hours, and a restart empties it."""
        for condition, struck in self._conditions:
            ended = condition["ended"]
            if condition["kind"] == "memory_leak" and service in struck and (ended is None or at.isoformat() < ended):
                ahead = max(timedelta(0), datetime.fromisoformat(condition["began"]) - at)
                return _HEAP_FULL - _LEAK_PER_HOUR * (ahead / timedelta(hours=1))
        return 0.0

    def complaints(self, service: str, now: datetime) -> Iterator[Row]:
        """What a service has logged of its trouble lately, the newest first."""
        for back in range(_LOG_LINES):
            moment = now - back * _LOG_EVERY
            sick = self.at(moment)
            if (culprit := sick.culprit(service)) is not None:
                own = sick.broken.get(service)
                text = own["log"] if own else f"503 from {culprit}: request failed after 3 attempts"
                yield {"at": f"{moment:%Y-%m-%d %H:%M}", "level": "error", "text": text}


class Sick:
    """Who is unhealthy when some services are `broken` by themselves, each for a reason."""

    def __init__(self, broken: Mapping[str, Row], needs: Needs) -> None:
        self.broken = broken
        self._needs = needs
        self._culprits: dict[str, str | None] = {}

    def culprit(self, service: str) -> str | None:
        """The service that `service` needs and that fails it; itself, or None when it is healthy."""
        if not self.broken or service in self.broken:
            return service if self.broken else None
        if service not in self._culprits:
            found = (need for need in self._needs.get(service, ()) if self.culprit(need) is not None)
            self._culprits[service] = next(found, None)
        return self._culprits[service]


def _lasts(condition: Row, moment: str) -> bool:
    ended = condition["ended"]
    return bool(condition["began"] <= moment and (ended is None or moment < ended))
