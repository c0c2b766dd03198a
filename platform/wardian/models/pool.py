"""The models of a job, by name: one client each, whatever stands behind it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import httpx

from wardian.base.clients import ModelClient, Quota
from wardian.base.clock import Clock
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.models.breaker import Breaker
from wardian.models.budgets.spending import Pay, free
from wardian.models.chat import ChatClient
from wardian.models.dialects.choice import dialect_of
from wardian.models.endpoint import Endpoint, RunningServer
from wardian.models.gauges import LaneGauge, LaneMeter
from wardian.models.hedging import Hedging
from wardian.models.ledger import RateLimit
from wardian.models.preflight import Probe
from wardian.models.rate_headers import ListeningWire
from wardian.models.retry import Guards, RetryingClient, RetryPolicy
from wardian.models.routing import RoutingClient
from wardian.models.streaming import StreamingWire
from wardian.models.text_tools import TextToolsClient
from wardian.models.wire import AiohttpWire, Carrier, Wire, raise_open_files_limit
from wardian.specs.endpoints import Deployment, EndpointSpec
from wardian.specs.models import HedgeSpec, ModelSpec

__all__ = ["ModelPool", "PayFor", "PoolSpec", "Secrets", "for_nothing"]

Secrets = Callable[[str], str | None]
"""The API key for the place of that name (`Deployment.name`), None when it needs none. May raise `CredentialError`."""

PayFor = Callable[[EndpointSpec], Pay]
"""How calls to a place are paid for."""


def for_nothing(spec: EndpointSpec) -> Pay:
    """Without budgets."""
    del spec
    return free


class PoolSpec(Frozen):
    """Everything that a pool is built from, except keys: it travels to workers as data.

    `endpoints` are those of the models' places, by their names.
    """

    models: dict[str, ModelSpec]
    endpoints: dict[str, Endpoint]

    @classmethod
    def of(cls, models: Mapping[str, ModelSpec], servers: Mapping[str, RunningServer]) -> Self:
        """The pool of a job whose own `servers` have started.

        Raises:
            ConfigError: when a base_url is no URL.
        """
        places = (place for name, model in models.items() for place in model.usable(name))
        return cls(models=dict(models), endpoints={place.name: Endpoint.of(place, servers) for place in places})

    @classmethod
    def outside(cls, models: Mapping[str, ModelSpec]) -> Self:
        """The same without what servers of the job's own will answer.

        Raises:
            ConfigError: when a base_url is no URL.
        """
        places = (place for name, model in models.items() for place in model.usable(name))
        outside = (place for place in places if place.spec.server is None)
        return cls(models=dict(models), endpoints={place.name: Endpoint.of(place, {}) for place in outside})

    @property
    def places(self) -> dict[str, Deployment]:
        """Where the models answer, by name."""
        places = (place for name, model in self.models.items() for place in model.usable(name))
        return {place.name: place for place in places if place.name in self.endpoints}

    @property
    def limits(self) -> dict[str, RateLimit]:
        """The configured rate limits of all places, for a `LocalQuota` or a `Lender`."""
        return {name: RateLimit(rpm=place.spec.rpm, tpm=place.spec.tpm) for name, place in self.places.items()}


class ModelPool:
    """Holds the connections of one process to all models of a job; `client(name)` answers.

    Features are wrappers around clients, so that each can be left out: text tools over retries over one plain call.
    """

    def __init__(
        self,
        spec: PoolSpec,
        places: Mapping[str, RetryingClient],
        probes: Mapping[str, Probe],
        wires: Sequence[Wire],
        lanes: Sequence["_Lane"],
        clock: Clock,
    ) -> None:
        self._spec = spec
        self._places = places
        self._clock = clock
        reached = {place.model for place in spec.places.values()}
        self._clients = {
            name: self._asked(name, model, None if model.hedge is None else Hedging(model.hedge))
            for name, model in spec.models.items()
            if name in reached
        }
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
        clients: dict[str, RetryingClient] = {}
        probes: dict[str, Probe] = {}
        lanes: dict[tuple[str, str, str | None], _Lane] = {}
        for name, place in spec.places.items():
            endpoint, key = spec.endpoints[name], secrets(name)
            wire = wires[endpoint.url, place.spec.idle_s]
            chat = ChatClient(
                name,
                endpoint,
                ListeningWire(_streaming(wire, place), name, quota, clock),
                dialect=dialect_of(place.spec, place.data),
                key=key,
                price=place.spec.price,
            )
            account = (endpoint.url, endpoint.model, key)
            lane = lanes[account] = lanes.get(account) or _Lane(name, quota, clock, Breaker(clock), LaneMeter())
            clients[name] = lane.client(chat, spec.models[place.model], pay_for(place.spec))
            probes[name] = Probe(place, endpoint, wire, key)
        return cls(spec, clients, probes, tuple(wires.values()), tuple(lanes.values()), clock)

    @property
    def names(self) -> tuple[str, ...]:
        """The models in the order of the config."""
        return tuple(self._clients)

    def client(self, name: str, hedge: HedgeSpec | None = None) -> ModelClient:
        """The client of the pool's model `name`.

        Somebody who wants a `hedge` that the model has not gets one of their own; its second requests go to another
        place only, so a model with one place has none.
        """
        model = self._spec.models[name]
        if hedge is None or model.hedge is not None or len(self._reached(name, model)) == 1:
            return self._clients[name]
        return self._asked(name, model, Hedging(hedge, elsewhere=True))

    def _asked(self, name: str, model: ModelSpec, hedging: Hedging | None) -> ModelClient:
        """The model `name`, wherever it answers; a model with one place costs nothing extra."""
        places = self._reached(name, model)
        client: ModelClient = places[0]
        if len(places) > 1 or hedging is not None:
            client = RoutingClient(name, places, _timeout_s(model), self._clock, hedging)
        return TextToolsClient(client) if model.tools == "text" else client

    def _reached(self, name: str, model: ModelSpec) -> list[RetryingClient]:
        return [self._places[place.name] for place in model.usable(name) if place.name in self._places]

    def gauges(self) -> tuple[LaneGauge, ...]:
        """What goes on at the lanes now."""
        return tuple(lane.gauge() for lane in self._lanes)

    async def preflight(self) -> tuple[str, ...]:
        """Ask every endpoint once, before a run spends anything; the answer is what it can do without.

        Raises:
            CredentialError: when an endpoint refuses its key.
            ConfigError: when an endpoint cannot be reached. Both name the model and the URL, and no other place of the
                model may be asked.
        """
        problems = await self._problems()
        for name, model in self._spec.models.items():
            down = [problems.get(place.name) for place in model.usable(name)]
            if all(down) and down[0] is not None:
                raise down[0]
        return tuple(dict.fromkeys(map(str, problems.values())))

    async def _problems(self) -> dict[str, ConfigError]:
        """By the names of places, each account asked once."""
        different = {(probe.endpoint.url, probe.key): probe for probe in reversed([*self._probes.values()])}
        async with asyncio.TaskGroup() as group:
            asked = {account: group.create_task(probe.problem()) for account, probe in different.items()}
        found = {name: asked[probe.endpoint.url, probe.key].result() for name, probe in self._probes.items()}
        return {name: problem for name, problem in found.items() if problem is not None}

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

    def client(self, chat: ChatClient, model: ModelSpec, pay: Pay) -> RetryingClient:
        """`chat` with everything that the lane brings, and the budgets."""
        policy = RetryPolicy(timeout_s=_timeout_s(model), max_retries=model.max_retries)
        guards = Guards(self.breaker, self.meter, pay)
        return RetryingClient(chat, self.quota, policy, self.clock, guards)

    def gauge(self) -> LaneGauge:
        """What goes on here now."""
        allowance = self.quota.allowance(self.name)
        return self.meter.gauge(self.name, self.breaker.state, allowance, self.clock.monotonic())


def _streaming(wire: Carrier, place: Deployment) -> Wire:
    spec = place.spec
    return StreamingWire(wire, dialect_of(spec).gatherer, spec.stall_s) if spec.stream else wire


def _timeout_s(model: ModelSpec) -> float:
    """A job says `limits.call_s` where the model says nothing; without a job there is this."""
    return RetryPolicy().timeout_s if model.timeout_s is None else model.timeout_s


def _wires(spec: PoolSpec, network: Carrier | None) -> dict[tuple[str, float | None], Carrier]:
    """One wire for every endpoint and patience with it; the certificates are read once for all."""
    endpoints = ((place.spec.idle_s, spec.endpoints[name]) for name, place in spec.places.items())
    places = {(endpoint.url, idle_s): endpoint for idle_s, endpoint in endpoints}
    if network is not None:
        return dict.fromkeys(places, network)
    tls = httpx.create_ssl_context()
    return {(url, idle_s): AiohttpWire(endpoint, tls, idle_s) for (url, idle_s), endpoint in places.items()}
