"""Where a model really answers, once the job's own servers have started."""

import re
from collections.abc import Mapping

import httpx

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.specs.endpoints import Deployment
from wardian.specs.places import spell

__all__ = ["Endpoint", "RunningServer"]

SIMULATOR_SCHEME = "sim"
LIKE_A_KEY = re.compile(r"key|token|secret|password|signature", re.IGNORECASE)


class RunningServer(Frozen):
    """A server that the job started itself: its URL, and whether it is the simulator."""

    url: str
    simulated: bool


class Endpoint(Frozen):
    """The resolved place of one model.

    Args:
        url: the base URL up to and including the version, such as `https://openrouter.ai/api/v1`.
        query: what follows every path, such as Azure's `api-version=2024-10-21`.
        model: the provider's name for the model.
        simulated: whether a simulator answers there; only such endpoints learn which task is played.
    """

    url: str
    model: str
    query: str = ""
    simulated: bool = False

    @classmethod
    def of(cls, place: Deployment, servers: Mapping[str, RunningServer]) -> "Endpoint":
        """Where a model answers at `place`.

        Raises:
            ConfigError: when its base_url is no http(s) or sim URL, or carries a password.
        """
        spec, model = place.spec, place.asked
        if spec.server is not None:
            server = servers[spec.server]
            return cls(url=_versioned(httpx.URL(server.url)), model=model, simulated=server.simulated)
        url = _checked(f"{spell(place.path)}.base_url", spec.base_url or "")
        simulated = url.scheme == SIMULATOR_SCHEME
        address = _versioned(url.copy_with(scheme="http") if simulated else url)
        return cls(url=address, model=model, query=url.query.decode(), simulated=simulated)

    @property
    def source(self) -> str:
        """Whose thoughts may be sent here (`Thoughts`): those of the same model at the same place."""
        return f"{self.url} {self.model}"

    def at(self, path: str) -> str:
        """The URL of `path` below the base URL."""
        return f"{self.url}{path}?{self.query}" if self.query else f"{self.url}{path}"

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine, where no proxy stands in between."""
        return httpx.URL(self.url).host in {"127.0.0.1", "localhost", "::1"}


def _checked(key: str, text: str) -> httpx.URL:
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL as error:
        raise ConfigError(f"{key}: '{text}' is not a URL ({error})") from None
    if url.scheme not in {"http", "https", SIMULATOR_SCHEME} or not url.host or "%" in url.host:
        raise ConfigError(f"{key}: '{text}' is no URL like https://host/v1, http://host:port/v1 or sim://host:port")
    if url.userinfo:
        raise ConfigError(f"{key}: a URL must not carry a password; put the key's variable into api_key_env")
    if any(LIKE_A_KEY.search(name) for name in url.params):
        raise ConfigError(f"{key}: a URL must not carry a key; put the key's variable into api_key_env")
    return url


def _versioned(url: httpx.URL) -> str:
    """The URL without a trailing slash; `/v1` is added when there is no path at all."""
    path = url.path.rstrip("/") or "/v1"
    return str(url.copy_with(path=path, query=None, fragment=None))
