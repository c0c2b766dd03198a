"""Which calls count against the same rate limit: those with the same key, to the same place, for the same model."""

from hashlib import sha256

from wardian.base.identity import digest
from wardian.models.endpoint import Endpoint
from wardian.models.lanes import LanePlace
from wardian.models.pool import PoolSpec, Secrets
from wardian.models.quota import LaneOf, Places

__all__ = ["account_of", "lane_of", "lanes_of", "places_of"]


def account_of(key: str) -> str:
    """The name of the account that `key` belongs to. Nobody can read the key out of it."""
    return sha256(key.encode()).hexdigest()[:16]


def lane_of(endpoint: Endpoint, key: str | None) -> str:
    """The lane's name: equal for equal accounts on every machine. Nobody can read the key out of it."""
    return digest([sha256((key or "").encode()).hexdigest(), endpoint.url, endpoint.model], length=32)


def lanes_of(pool: PoolSpec, secrets: Secrets) -> LaneOf:
    """Which models of `pool` share a lane; a key is looked up when its model is first asked."""
    return lambda model: lane_of(pool.endpoints[model], secrets(model))


def places_of(pool: PoolSpec, secrets: Secrets) -> Places:
    """Where the models of `pool` queue up, and what their limits are."""
    names = lanes_of(pool, secrets)
    return lambda model: LanePlace(lane=names(model), limit=pool.limits[model])
