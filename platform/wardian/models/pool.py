"""The models of a job, by name: one client each, whatever stands behind it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import httpx

from wardian.base.clients import ModelClient, Quota
from wardian.base.clock import Clock
from wardian.base.frozen import Frozen
from wardian.models.breaker import Breaker
from wardian.models.budgets.spending import Pay, free
from wardian.models.chat import ChatClient
from wardian.models.dialects.choice import dialect_of
from wardian.models.endpoint import Endpoint, RunningServer
from wardian.models.gauges import LaneGauge, LaneMeter
from wardian.models.ledger import RateLimit
from wardian.models.preflight import Probe
from wardian.models.rate_headers import ListeningWire
from wardian.models.retry import Guards, RetryingClient, RetryPolicy
from wardian.models.streaming import StreamingWire
from wardian.models.text_tools import TextToolsClient
from wardian.models.wire import AiohttpWire, Carrier, Wire, raise_open_files_limit
from wardian.specs.models import ModelSpec

__all__ = ["ModelPool", "PayFor", "PoolSpec", "Secrets", "for_nothing"]

Secrets = Callable[[str], str | None]
"""The API key of the pool's model of that name, None when it needs none. May raise `CredentialError`."""

PayFor = Callable[[ModelSpec], Pay]
"""How calls of a model are paid for."""


def for_nothing(model: ModelSpec) -> Pay:
    """Without budgets."""
    del model
    return free


class PoolSpec(Frozen):
    """Everything that a pool is built from, except keys: it travels to workers as data."""

    models: dict[str, ModelSpec]
    endpoints: dict[str, Endpoint]

    @classmethod
    def of(cls, models: Mapping[str, ModelSpec], servers: Mapping[str, RunningServer]) -> Self:
        """The pool of a job whose own `servers` have started.

        Raises:
            ConfigError: when a base_url is no URL.
        """
        endpoints = {name: Endpoint.of(name, spec, servers) for name, spec in models.items()}
        return cls(models=dict(models), endpoints=endpoints)

    @property
    def limits(self) -> dict[str, RateLimit]:
        """The configured rate limits, for a `LocalQuota` or a `Lender`."""
        return {name: RateLimit(rpm=spec.rpm, tpm=spec.tpm) for name, spec in self.models.items()}


class ModelPool:
    """Holds the connections of one process to all models of a job; `client(name)` answers.

    Features are wrappers around clients, so that each can be left out: text tools over retries over one plain call.
    """

    def __init__(
        self,
        clients: Mapping[str, ModelClient],
        probes: Sequence[Probe],
        wires: Sequence[Wire],
        lanes: Sequence["_Lane"],
    ) -> None:
        self._clients = clients
        self._probes = probes
        self._wires = wires
        self._lanes = lanes

    @classmethod
    def open(
        cls,
        spec: PoolSpec,
        secrets: Secrets,
        quota: Quota,
        clock: Clock,
        network: Carrier | None = None,
        *,
        pay_for: PayFor = for_nothing,
    ) -> Self:
        """A pool whose connections are made when they are first used.

        Args:
            spec: the models and where they answer.
            secrets: where keys come from; asked once per model, here.
            quota: admission to rate limits, shared by all models.
            clock: the time of pauses and durations.
            network: replaces the real one, for tests and benchmarks.
            pay_for: the budgets.

        Raises:
            CredentialError: when `secrets` misses a key.
        """
        raise_open_files_limit()
        wires = _wires(spec, network)
        clients: dict[str, ModelClient] = {}
        probes: list[Probe] = []
        lanes: dict[tuple[str, str, str | None], _Lane] = {}
        for name, model in spec.models.items():
            endpoint, key = spec.endpoints[name], secrets(name)
            wire = wires[endpoint.url, model.idle_s]
            dialect = dialect_of(model)
            way: Wire = StreamingWire(wire, dialect.gatherer, model.stall_s) if model.stream else wire
            way = ListeningWire(way, name, quota, clock)
            chat = ChatClient(name, endpoint, way, dialect=dialect, key=key, price=model.price)
            place = (endpoint.url, endpoint.model, key)
            lane = lanes[place] = lanes.get(place) or _Lane(name, quota, clock, Breaker(clock), LaneMeter())
            clients[name] = lane.client(chat, model, pay_for(model))
            probes.append(Probe(name, model, endpoint, wire, key))
        return cls(clients, probes, tuple(wires.values()), tuple(lanes.values()))

    @property
    def names(self) -> tuple[str, ...]:
        """The models in the order of the config."""
        return tuple(self._clients)

    def client(self, name: str) -> ModelClient:
        """The client of the pool's model `name`."""
        return self._clients[name]

    def gauges(self) -> tuple[LaneGauge, ...]:
        """What goes on at the lanes now."""
        return tuple(lane.gauge() for lane in self._lanes)

    async def preflight(self) -> None:
        """Ask every endpoint once, before a run spends anything.

        Raises:
            CredentialError: when an endpoint refuses its key.
            ConfigError: when an endpoint cannot be reached. Both name the model and the URL.
        """
        different = {(probe.endpoint.url, probe.key): probe for probe in reversed(self._probes)}
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(probe.problem()) for probe in reversed(different.values())]
        for answer in asked:
            if (problem := answer.result()) is not None:
                raise problem

    async def close(self) -> None:
        """Close all connections."""
        for wire in self._wires:
            await wire.close()

    async def __aenter__(self) -> Self:
        """The pool itself, closed at the end of the block."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()


@dataclass(frozen=True, slots=True)
class _Lane:
    """What the clients of one provider's model with one key share; `name` is that of the first."""

    name: str
    quota: Quota
    clock: Clock
    breaker: Breaker
    meter: LaneMeter

    def client(self, chat: ChatClient, model: ModelSpec, pay: Pay) -> ModelClient:
        """`chat` with everything that the lane brings, and the budgets."""
        policy = RetryPolicy(timeout_s=model.timeout_s, max_retries=model.max_retries)
        guards = Guards(self.breaker, self.meter, pay)
        client = RetryingClient(chat, self.quota, policy, self.clock, guards)
        return TextToolsClient(client) if model.tools == "text" else client

    def gauge(self) -> LaneGauge:
        """What goes on here now."""
        allowance = self.quota.allowance(self.name)
        return self.meter.gauge(self.name, self.breaker.state, allowance, self.clock.monotonic())


def _wires(spec: PoolSpec, network: Carrier | None) -> dict[tuple[str, float | None], Carrier]:
    """One wire for every endpoint and patience with it; the certificates are read once for all."""
    places = {(spec.endpoints[name].url, model.idle_s): spec.endpoints[name] for name, model in spec.models.items()}
    if network is not None:
        return dict.fromkeys(places, network)
    tls = httpx.create_ssl_context()
    return {(url, idle_s): AiohttpWire(endpoint, tls, idle_s) for (url, idle_s), endpoint in places.items()}
