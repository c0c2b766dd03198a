"""What the engineer on call can do."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from wardian.environments.state import Row
from wardian.environments.tool import ToolError, tool

from .estate import NOW
from .health import RECOVERY
from .lookups import Lookups
from .people import OWNERS

__all__ = ["OpsTools", "RootCause"]

RootCause = Literal[
    "bad_deploy",
    "bad_flag",
    "connection_pool",
    "expired_certificate",
    "disk_full",
    "hardware",
    "memory_leak",
    "external_provider",
]
Severity = Literal["sev1", "sev2", "sev3"]
_FULL_PERCENT = 85


class OpsTools(Lookups):
    """Alerts, incidents, and changes to services and nodes."""

    colleagues = OWNERS

    @tool(effect="write")
    def acknowledge_alert(self, alert_id: str) -> Row:
        """Say that you look after an alert.

        Args:
            alert_id: Such as "A-101".
        """
        self._alert(alert_id)
        self.state.run("UPDATE alerts SET acknowledged = 1 WHERE id = ?", alert_id)
        return {"alert_id": alert_id, "state": "acknowledged"}

    @tool(effect="write")
    def silence_alert(self, alert_id: str, minutes: Annotated[int, Field(ge=5, le=1440)]) -> Row:
        """Keep an alert quiet for some time.

        Args:
            alert_id: Such as "A-101".
            minutes: For how long.
        """
        self._alert(alert_id)
        self.state.run("UPDATE alerts SET silenced_min = ? WHERE id = ?", minutes, alert_id)
        return {"alert_id": alert_id, "state": "silenced"}

    @tool(effect="write")
    def open_incident(self, severity: Severity, title: str) -> Row:
        """Open an incident.

        Args:
            severity: By the most important service that is affected.
            title: What is wrong, in a few words.
        """
        number = len(self.state.all("SELECT id FROM incidents")) + 1
        incident_id = f"INC-{number}"
        self.state.run("INSERT INTO incidents VALUES (?, ?, ?, 'open', '', '', '')", incident_id, severity, title)
        return {"incident_id": incident_id, "status": "open"}

    @tool(effect="write")
    def close_incident(self, incident_id: str, component: str, root_cause: RootCause, summary: str) -> Row:
        """Close an incident. It is refused while a service with an acknowledged alert is unhealthy.

        Args:
            incident_id: Such as "INC-1".
            component: The service, node or provider that was broken.
            root_cause: What was wrong with it.
            summary: What has happened and what was done.
        """
        self.found(
            f"open incident {incident_id}", "SELECT 1 FROM incidents WHERE id = ? AND status = 'open'", incident_id
        )
        for row in self.state.all("SELECT DISTINCT service FROM alerts WHERE acknowledged ORDER BY service"):
            if not self._is_healthy(row["service"]):
                raise ToolError("conflict", f"{row['service']} is still unhealthy")
        self.state.run(
            "UPDATE incidents SET status = 'closed', component = ?, root_cause = ?, summary = ? WHERE id = ?",
            component,
            root_cause,
            summary,
            incident_id,
        )
        return {"incident_id": incident_id, "status": "closed"}

    @tool(effect="write")
    def roll_back(self, service: str, version: str) -> Row:
        """Let a service run an earlier version again.

        Args:
            service: Its name, such as "checkout".
            version: One of its deploys, such as "v41".
        """
        self._service(service)
        if self.state.one("SELECT 1 FROM deploys WHERE service = ? AND version = ?", service, version) is None:
            raise ToolError("not_found", f"{service} has never run {version}")
        self.state.run("UPDATE services SET version = ? WHERE name = ?", version, service)
        self._mend("bad_deploy", service, version)
        return {"service": service, "version": version}

    @tool(effect="write")
    def set_setting(self, service: str, key: str, value: Annotated[int, Field(ge=1, le=1000)]) -> Row:
        """Change a setting of a service.

        Args:
            service: Its name, such as "checkout".
            key: Such as "pool_size".
            value: The new value.
        """
        self._service(service)
        if not self.state.run("UPDATE settings SET value = ? WHERE service = ? AND key = ?", value, service, key):
            raise ToolError("not_found", f"{service} has no setting '{key[:64]}'")
        broken = self._broken("connection_pool", service)
        if broken is not None and value >= int(broken["good"]):
            self._mend("connection_pool", service)
        return {"service": service, key: value}

    @tool(effect="write")
    def set_flag(self, flag: str, enabled: bool) -> Row:
        """Turn a feature flag on or off.

        Args:
            flag: Its name, as in the service's data.
            enabled: Whether it is on.
        """
        if not self.state.run("UPDATE flags SET enabled = ? WHERE name = ?", enabled, flag):
            raise ToolError("not_found", f"there is no flag '{flag[:64]}'")
        if not enabled:
            self._mend("bad_flag", flag.partition(".")[0], flag)
        return {"flag": flag, "enabled": enabled}

    @tool(effect="write")
    def rotate_certificate(self, service: str) -> Row:
        """Give a service a new certificate, good for a year.

        Args:
            service: Its name, such as "checkout".
        """
        self._service(service)
        until = f"{NOW + timedelta(days=365):%Y-%m-%d}"
        self.state.run("UPDATE services SET certificate_until = ? WHERE name = ?", until, service)
        self._mend("expired_certificate", service)
        return {"service": service, "certificate_until": until}

    @tool(effect="write")
    def delete_files(self, node: str, paths: Annotated[list[str], Field(min_length=1, max_length=50)]) -> Row:
        """Delete files of a node, for good.

        Args:
            node: Its name, such as "node-04".
            paths: As listed.
        """
        row = self._node(node)
        for path in paths:
            if not self.state.run("DELETE FROM files WHERE node = ? AND path = ?", node, path):
                raise ToolError("not_found", f"there is no file {path[:200]} on {node}; nothing was deleted")
        used = round(100 * self._used_mb(node) / row["disk_mb"])
        if used < _FULL_PERCENT:
            self._mend("disk_full", node)
        return {"node": node, "disk_used_percent": used}

    @tool(effect="write")
    def drain_node(self, node: str) -> Row:
        """Take a node out of service.

        Args:
            node: Its name, such as "node-04".
        """
        self._node(node)
        self.state.run("UPDATE nodes SET state = 'drained' WHERE name = ?", node)
        return {"node": node, "state": "drained"}

    @tool(effect="write")
    def replace_node(self, node: str) -> Row:
        """Put new hardware into a drained node, and the node into service again.

        Args:
            node: Its name, such as "node-04".
        """
        if self._node(node)["state"] != "drained":
            raise ToolError("conflict", f"{node} is not drained")
        self.state.run("UPDATE nodes SET state = 'in service', serial = serial + 1 WHERE name = ?", node)
        self._mend("hardware", node)
        return {"node": node, "state": "in service"}

    @tool(effect="write")
    def restart_services(self, services: Annotated[list[str], Field(min_length=1, max_length=100)]) -> Row:
        """Restart services. They are away for a moment, and what they held in memory is gone.

        Args:
            services: Their names.
        """
        for service in services:
            self._service(service)
            self.state.run("INSERT OR IGNORE INTO restarts VALUES (?)", service)
            self._mend("memory_leak", service)
        return {"restarted": services}

    @tool(effect="write")
    def page_team(
        self,
        team: Literal["edge", "commerce", "data", "platform"],
        component: str,
        reason: Literal["data_at_risk", "no_runbook", "security"],
        message: str,
    ) -> Row:
        """Wake a team up and hand over to it.

        Args:
            team: Whose business it is.
            component: The service or node that is broken.
            reason: Why they are needed.
            message: What they must know.
        """
        self.state.run(
            "INSERT INTO pages(team, component, reason, message) VALUES (?, ?, ?, ?)", team, component, reason, message
        )
        return {"team": team, "paged": True}

    def _alert(self, alert_id: str) -> None:
        now = f"{self.clock.now():%Y-%m-%d %H:%M}"
        self.found(f"alert {alert_id[:64]}", "SELECT 1 FROM alerts WHERE id = ? AND fired_at <= ?", alert_id, now)

    def _mend(self, kind: str, component: str, good: str | None = None) -> None:
        """What was broken recovers; with `good`, only when that is what it needs."""
        ended = (self.clock.now() + RECOVERY).isoformat()
        broken = self._broken(kind, component)
        if broken is not None and good in (None, broken["good"]):
            self.state.run("UPDATE conditions SET ended = ? WHERE id = ?", ended, broken["id"])
