"""How `wardian serve` offers models and fusions over HTTP."""

from ipaddress import ip_address
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, model_validator

from wardian.base.frozen import Frozen
from wardian.specs.names import PoolName, RayAddress, VariableName

__all__ = ["GatewaySpec", "ReplicaSpec", "UsageMode", "is_loopback"]

UsageMode = Literal["total", "primary"]


class ReplicaSpec(Frozen):
    """The gateway as an application of Ray Serve."""

    address: RayAddress = "local"
    """`local` starts a Ray of its own; `auto` or host:port joins a running one."""
    replicas: PositiveInt = 1
    """Processes that answer. Each keeps an equal part of every rate limit."""
    cpus: PositiveFloat = 1.0
    """CPUs that Ray reserves for each."""


class GatewaySpec(Frozen):
    """An OpenAI-compatible server: where, for whom, and how much at once."""

    host: str = "127.0.0.1"
    """The address to listen on. By any other than loopback, callers need one of `tokens`."""
    port: Annotated[NonNegativeInt, Field(le=65535)] = 8710
    """0 takes a free one."""
    tokens: tuple[VariableName, ...] = ()
    """The *names* of the environment variables that hold the bearer tokens that are let in."""
    offers: tuple[PoolName, ...] = ()
    """Who can be asked: models, and fusions as `fusion/NAME`. By default all of the config."""
    plugins: bool = True
    """Whether a request may put together a panel of its own (OpenRouter's `plugins: [{id: fusion, …}]`)."""
    usage_mode: UsageMode = "total"
    """What `usage` counts of a fused answer: the tokens of all calls, or those of the one whose text it is (`primary`),
    for agents that compact their context by `prompt_tokens`. `usage.cost` and `usage.fusion` always count all."""
    concurrency: PositiveInt = 256
    """Requests at once; more are answered with 429."""
    body_bytes: Annotated[int, Field(ge=1024, le=2**30)] = 16 * 2**20
    """The largest request."""
    body_s: PositiveFloat = 30.0
    """How long a request may take to arrive; it counts as one of `concurrency` from its first byte."""
    heartbeat_s: PositiveFloat = 15.0
    """A stream whose answer takes longer than this begins with an empty chunk, and again after each so many seconds."""
    drain_s: PositiveFloat = 30.0
    """When it is told to stop: how long requests in flight have to end."""
    serve: ReplicaSpec | None = None
    """Run on Ray Serve instead of in one process."""

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if not self.tokens and not is_loopback(self.host):
            raise ValueError(f"whoever reaches '{self.host}' could spend your money: name variables in `tokens`")
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
