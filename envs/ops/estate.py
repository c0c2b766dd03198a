"""The shop's services, nodes and their history: the opening state that all tasks share."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import yaml

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.environments.template import SqlValue

__all__ = ["NODE_MB", "NOW", "Estate", "Service"]

NOW = datetime(2026, 3, 2, 14, 0)
NODE_MB = 40_000
_NODES = 10

Values = dict[str, SqlValue]


class Service(Frozen):
    """One service. `needs` names those without which it is unhealthy."""

    name: str
    tier: int
    team: str
    needs: tuple[str, ...]
    provider: str = ""


class Estate:
    """All services with what they run on; the same for one seed.

    Args:
        description: the YAML of teams, services and runbooks.
        extra: services beside them.
        seed: of the pack.
    """

    def __init__(self, description: str, extra: int, seed: int) -> None:
        data: dict[str, Any] = yaml.safe_load(description)
        self.owners: dict[str, str] = data["teams"]
        self._runbooks: dict[str, str] = data["runbooks"]
        self._random = random_stream("ops", seed, "estate")
        named = [Service.model_validate(each) for each in data["services"]]
        self.services = {each.name: each for each in [*named, *self._workers(named, extra)]}
        self.nodes = [f"node-{number:02d}" for number in range(1, _NODES + 1)]
        self.node_of = {name: self.nodes[place % _NODES] for place, name in enumerate(self.services)}
        self.versions = {name: self._random.randint(14, 90) for name in self.services}
        self.pools = {name: 10 + 2 * self._random.randint(2, 9) for name in self.services}

    def _workers(self, named: Sequence[Service], extra: int) -> Iterable[Service]:
        for number in range(extra):
            needs = tuple(each.name for each in self._random.sample(named, 2))
            team = self._random.choice(sorted(self.owners))
            yield Service(name=f"worker-{number + 1:02d}", tier=3, team=team, needs=needs)

    @cached_property
    def dependents(self) -> dict[str, tuple[str, ...]]:
        """By service: those that need it directly."""
        return {
            name: tuple(each.name for each in self.services.values() if name in each.needs) for name in self.services
        }

    @cached_property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """By service: those that it needs directly."""
        return {name: tuple(sorted(each.needs)) for name, each in self.services.items()}

    def affected(self, broken: Iterable[str]) -> set[str]:
        """The `broken` services and all that need one of them, directly or through others."""
        found, ahead = set(broken), list(broken)
        while ahead:
            for name in self.dependents[ahead.pop()]:
                if name not in found:
                    found.add(name)
                    ahead.append(name)
        return found

    def paths(self, broken: str) -> list[list[str]]:
        """Ways from services that only suffer to the one that is `broken`, the shortest for each, the longest first."""
        ways = {broken: [broken]}
        ahead = [broken]
        for name in ahead:
            for other in self.dependents[name]:
                if other not in ways:
                    ways[other] = [other, *ways[name]]
                    ahead.append(other)
        return sorted((way for way in ways.values() if len(way) > 1), key=lambda way: (-len(way), way))

    @cached_property
    def rows(self) -> dict[str, list[Values]]:
        """The opening state by table."""
        return {
            "nodes": [{"name": name, "disk_mb": NODE_MB, "state": "in service", "serial": 1} for name in self.nodes],
            "services": [self._row(each) for each in self.services.values()],
            "deploys": [deploy for name in self.services for deploy in self._deploys(name)],
            "settings": [{"service": name, "key": "pool_size", "value": size} for name, size in self.pools.items()],
            "flags": [self._flag(name) for name in self.services],
            "logs": [entry for name in self.services for entry in self._chatter(name)],
            "files": [file for node in self.nodes for file in self._files(node)],
            "runbooks": [{"name": name, "text": text} for name, text in self._runbooks.items()],
        }

    def _row(self, service: Service) -> Values:
        until = NOW + timedelta(days=self._random.randint(30, 300))
        return {
            "name": service.name,
            "tier": service.tier,
            "team": service.team,
            "node": self.node_of[service.name],
            "version": f"v{self.versions[service.name]}",
            "provider": service.provider,
            "certificate_until": f"{until:%Y-%m-%d}",
        }

    def _deploys(self, name: str) -> Iterable[Values]:
        at = NOW
        for back in range(3):
            at -= timedelta(minutes=self._random.randint(3_000, 20_000))
            version = f"v{self.versions[name] - back}"
            yield {"service": name, "version": version, "at": f"{at:%Y-%m-%d %H:%M}", "note": "planned release"}

    def _flag(self, name: str) -> Values:
        at = NOW - timedelta(days=self._random.randint(8, 90))
        enabled = self._random.randint(0, 1)
        return {"name": f"{name}.fast-path", "service": name, "enabled": enabled, "changed_at": f"{at:%Y-%m-%d %H:%M}"}

    def _chatter(self, name: str) -> Iterable[Values]:
        texts = ("slow request: 1,140 ms", "configuration reloaded", "retrying a request, second attempt succeeded")
        for minutes in sorted(self._random.sample(range(5, 300), 2), reverse=True):
            at = NOW - timedelta(minutes=minutes)
            yield {"service": name, "at": f"{at:%Y-%m-%d %H:%M}", "text": self._random.choice(texts)}

    def _files(self, node: str) -> Iterable[Values]:
        random = self._random
        kinds = (
            ("/var/log/app.log", 900, 0),
            ("/var/log/app.log.1.gz", 700, random.randint(1, 6)),
            ("/var/log/app.log.2.gz", 2_100, random.randint(9, 20)),
            ("/var/log/app.log.3.gz", 2_300, random.randint(21, 40)),
            ("/var/log/audit.log.4.gz", 1_200, random.randint(30, 200)),
            ("/var/backups/full.tar", 6_000, random.randint(10, 30)),
            ("/var/crash/core.1871", 3_000, random.randint(5, 30)),
            ("/var/crash/core.2204", 1_000, random.randint(0, 1)),
            ("/var/lib/data/segments", 9_000, 0),
        )
        for path, mb, days in kinds:
            yield {"node": node, "path": path, "mb": mb, "days_old": days}
