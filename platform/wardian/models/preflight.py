"""One question to an endpoint before a run: is anybody there, and is the key good?"""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus

from wardian.base.errors import ConfigError, CredentialError, ModelError
from wardian.models.dialects.choice import dialect_of
from wardian.models.endpoint import Endpoint
from wardian.models.wire import Wire
from wardian.specs.endpoints import Deployment
from wardian.specs.places import spell

__all__ = ["Probe"]

PATIENCE_S = 15.0
REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Probe:
    """Asks for the endpoint at a `place` of a model: one GET, which costs nothing."""

    place: Deployment
    endpoint: Endpoint
    wire: Wire = field(repr=False)
    key: str | None = field(repr=False)

    async def problem(self) -> ConfigError | None:
        """What the user has to mend, None when the endpoint may be used.

        Every other answer than a refused key is good enough: not every provider lists its models.
        """
        where = f"{spell(self.place.path)}: {self.endpoint.url}"
        headers = dialect_of(self.place.spec).headers(self.key)
        try:
            async with asyncio.timeout(PATIENCE_S):
                reply = await self.wire.send("GET", self.endpoint.at("/models"), headers)
        except TimeoutError:
            return ConfigError(f"{where} did not answer within {PATIENCE_S:g} s")
        except ModelError as error:
            return ConfigError(f"{where} cannot be reached: {error}")
        if reply.status in REFUSED:
            return CredentialError(f"{where} refused {self._credential} (HTTP {reply.status})")
        return None

    @property
    def _credential(self) -> str:
        variable = self.place.spec.api_key_env
        if variable is None:
            return "a request without a key; name its environment variable in api_key_env"
        return f"the key from {variable}" if self.key else f"a request without a key: {variable} is empty"
