"""What the engineer on call can look at."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from wardian.environments.life.colleague_tools import ColleagueTools
from wardian.environments.state import Row, State
from wardian.environments.tool import ToolError, tool
from wardian.specs.names import nearest

from .health import Health, Needs

__all__ = ["Lookups"]

Metric = Literal["error_rate", "latency_ms", "memory", "connections"]
_POINTS = 6
_USUAL = {"error_rate": 0.2, "latency_ms": 85.0, "memory": 54.0, "connections": 42.0}
_UNHEALTHY = {"error_rate": 38.0, "latency_ms": 2_400.0}


class Lookups(ColleagueTools):
    """Alerts, services, logs, metrics, deploys, nodes, runbooks, the calendar, providers.

    Args:
        state: the world's.
        needs: who needs whom: nothing in this world changes that.
    """

    def __init__(self, state: State, needs: Needs) -> None:
        super().__init__(state)
        self._needs = needs

    @tool(effect="read")
    def list_alerts(self) -> list[Row]:
        """List all alerts, the newest first."""
        return self.state.all(
            "SELECT id, service, name, severity, fired_at,"
            " iif(silenced_min, 'silenced', iif(acknowledged, 'acknowledged', 'firing')) AS state"
            " FROM alerts WHERE fired_at <= ? ORDER BY fired_at DESC, id",
            f"{self.clock.now():%Y-%m-%d %H:%M}",
        )

    @tool(effect="read")
    def check_health(self, service: str) -> Row:
        """See whether a service is healthy now.

        Args:
            service: Its name, such as "checkout".
        """
        self._service(service)
        healthy = self._is_healthy(service)
        return {"service": service, "status": "healthy" if healthy else "unhealthy"}

    @tool(effect="read")
    def get_service(self, service: str) -> Row:
        """Get a service: tier, team, node, version, certificate, what it needs, who needs it, settings and flags.

        Args:
            service: Its name, such as "checkout".
        """
        row = self._service(service)
        settings = self.state.all("SELECT key, value FROM settings WHERE service = ? ORDER BY key", service)
        flags = self.state.all("SELECT name, enabled, changed_at FROM flags WHERE service = ? ORDER BY name", service)
        return {
            **row,
            "restarted_today": self.state.one("SELECT 1 FROM restarts WHERE service = ?", service) is not None,
            "needs": list(self._needs[service]),
            "needed_by": [name for name, needs in self._needs.items() if service in needs],
            "settings": {each["key"]: each["value"] for each in settings},
            "flags": [{**each, "enabled": bool(each["enabled"])} for each in flags],
        }

    @tool(effect="read")
    def get_metrics(self, service: str, metric: Metric, minutes: Annotated[int, Field(ge=5, le=1440)] = 60) -> Row:
        """Get the course of a metric of a service up to now.

        Args:
            service: Its name, such as "checkout".
            metric: error_rate, memory and connections are percentages.
            minutes: How far back.
        """
        self._service(service)
        now = self.clock.now()
        step = timedelta(minutes=minutes) / (_POINTS - 1)
        moments = [now - step * back for back in reversed(range(_POINTS))]
        health = self._health
        points = [{"at": f"{at:%H:%M}", "value": _measured(health, service, metric, at)} for at in moments]
        return {"service": service, "metric": metric, "points": points}

    @tool(effect="read")
    def search_logs(self, service: str) -> list[Row]:
        """Read the latest entries of a service's log, errors first.

        Args:
            service: Its name, such as "checkout".
        """
        self._service(service)
        quiet = self.state.all("SELECT at, text FROM logs WHERE service = ? ORDER BY at DESC LIMIT 6", service)
        return [*self._health.complaints(service, self.clock.now()), *({**row, "level": "info"} for row in quiet)]

    @tool(effect="read")
    def list_deploys(self, service: str) -> list[Row]:
        """List the latest deploys of a service, the newest first.

        Args:
            service: Its name, such as "checkout".
        """
        self._service(service)
        return self.state.all("SELECT version, at, note FROM deploys WHERE service = ? ORDER BY at DESC", service)

    @tool(effect="read")
    def get_node(self, node: str) -> Row:
        """Get a node: its state, what runs on it, how full its disk is, and what its hardware reports.

        Args:
            node: Its name, such as "node-04".
        """
        row = self._node(node)
        services = self.state.all("SELECT name FROM services WHERE node = ? ORDER BY name", node)
        broken = self._broken("hardware", node)
        return {
            "node": node,
            "state": row["state"],
            "services": [each["name"] for each in services],
            "disk_used_percent": round(100 * self._used_mb(node) / row["disk_mb"]),
            "hardware": "uncorrectable memory errors" if broken else "no errors",
        }

    @tool(effect="read")
    def list_files(self, node: str) -> list[Row]:
        """List the large files of a node.

        Args:
            node: Its name, such as "node-04".
        """
        self._node(node)
        return self.state.all("SELECT path, mb, days_old FROM files WHERE node = ? ORDER BY path", node)

    @tool(effect="read")
    def read_runbook(self, name: str) -> Row:
        """Read a runbook.

        Args:
            name: Such as "disk"; the policy lists them.
        """
        row = self.state.one("SELECT name, text FROM runbooks WHERE name = ?", name)
        if row is None:
            names = [each["name"] for each in self.state.all("SELECT name FROM runbooks")]
            raise ToolError("not_found", f"there is no runbook '{name}'; {nearest(name, names)}")
        return row

    @tool(effect="read")
    def get_change_calendar(self) -> list[Row]:
        """List the freezes that hold now: no changes without the owner's yes."""
        return self.state.all("SELECT service, until, owner, reason FROM freezes ORDER BY service")

    @tool(effect="read")
    def get_provider_status(self, provider: str) -> Row:
        """Look at the status page of an outside provider.

        Args:
            provider: Its name, as in the service's data.
        """
        if self.state.one("SELECT 1 FROM services WHERE provider = ?", provider) is None:
            raise ToolError("not_found", f"no service uses a provider called {provider}")
        down = any(row["component"] == provider for row in self._health.at(self.clock.now()).broken.values())
        return {"provider": provider, "status": "major outage, we are working on it" if down else "operational"}

    @property
    def _health(self) -> Health:
        return Health(self.state, self._needs)

    def _is_healthy(self, service: str) -> bool:
        return self._health.at(self.clock.now()).culprit(service) is None

    def _broken(self, kind: str, component: str) -> Row | None:
        """What is broken about a component now, without those that already recover."""
        return self.state.one(
            "SELECT * FROM conditions WHERE kind = ? AND component = ? AND ended IS NULL", kind, component
        )

    def _used_mb(self, node: str) -> int:
        row = self.state.one("SELECT coalesce(sum(mb), 0) AS mb FROM files WHERE node = ?", node)
        return int(row["mb"]) if row else 0

    def _service(self, name: str) -> Row:
        row = self.state.one("SELECT * FROM services WHERE name = ?", name)
        if row is None:
            names = [each["name"] for each in self.state.all("SELECT name FROM services")]
            raise ToolError("not_found", f"there is no service '{name[:64]}'; {nearest(name[:64], names)}")
        return row

    def _node(self, name: str) -> Row:
        return self.found(f"node '{name[:64]}'", "SELECT * FROM nodes WHERE name = ?", name)


def _measured(health: Health, service: str, metric: Metric, at: datetime) -> float:
    wave = 1 + ((at.minute * 7 + len(service)) % 9 - 4) / 100
    if metric == "memory":
        return round(max(wave * _USUAL[metric], health.leaked(service, at)), 1)
    sick = health.at(at)
    if metric == "connections":
        own = sick.broken.get(service)
        return 100.0 if own and own["kind"] == "connection_pool" else round(wave * _USUAL[metric], 1)
    healthy = sick.culprit(service) is None
    return round(wave * (_USUAL[metric] if healthy else _UNHEALTHY[metric]), 1)
