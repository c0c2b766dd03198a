"""From a config to a gateway that answers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from wardian.base.clock import SystemClock
from wardian.clients import clients_of, tariffs_of
from wardian.gateway.app import GatewayApp
from wardian.gateway.completions import Completions
from wardian.gateway.desk import Desk
from wardian.gateway.guard import Guard
from wardian.gateway.meters import Meters
from wardian.gateway.servers import open_servers
from wardian.models.accounts import lanes_of
from wardian.models.ledger import RateLimit
from wardian.models.llama_server import check_installed
from wardian.models.pool import ModelPool, PoolSpec
from wardian.models.quota import LocalQuota
from wardian.models.wire import Carrier
from wardian.specs.secrets import api_key, check_keys
from wardian.specs.serving import ServeSpec

__all__ = ["open_gateway"]


@asynccontextmanager
async def open_gateway(
    spec: ServeSpec, environ: Mapping[str, str], network: Carrier | None = None
) -> AsyncIterator[GatewayApp]:
    """The application, for as long as its connections and servers live.

    Args:
        spec: who is offered, and how.
        environ: where keys and tokens are.
        network: replaces the real one, for tests.

    Raises:
        CredentialError: when a key or a token is missing.
        ConfigError: when what a server needs is not installed, or a fusion cannot be made.
    """
    guard, clock = Guard.of(spec.gateway, environ), SystemClock()
    check_keys(spec, environ)
    check_installed(spec)
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(open_servers(spec, environ))
        places, order = spec.deployments, PoolSpec.of(spec.called, servers)

        def secrets(name: str) -> str | None:
            return api_key(places[name], environ)

        quota = LocalQuota(_limits(order, spec), clock, lanes_of(order, secrets))
        pool = await stack.enter_async_context(ModelPool.open(order, secrets, quota, clock, network))
        tariffs, meters = tariffs_of(spec), Meters(pool.gauges)
        desk = Desk(spec, clients_of(spec, pool.client, clock, whole_panels=False), clock, tariffs)
        yield GatewayApp(desk, Completions(desk, meters, clock), guard, meters)


def _limits(order: PoolSpec, spec: ServeSpec) -> dict[str, RateLimit]:
    """The rate limits of this process: its equal part of what all replicas may."""
    parts = 1 if spec.gateway.serve is None else spec.gateway.serve.replicas
    return {
        name: RateLimit(rpm=_part(limit.rpm, parts), tpm=_part(limit.tpm, parts))
        for name, limit in order.limits.items()
    }


def _part(limit: int | None, parts: int) -> int | None:
    return None if limit is None else max(limit // parts, 1)
