"""The gateway as an application that opens itself where it runs: a value that can be sent to another machine."""

import os

from wardian.base.errors import ConfigError, InfraError
from wardian.gateway.app import GatewayApp
from wardian.gateway.opening import open_gateway
from wardian.simulator.asgi import Receive, Scope, Send
from wardian.specs.serving import ServeSpec

__all__ = ["ReplicaApp"]


class ReplicaApp:
    """An ASGI application with a lifespan. Keys and tokens are found in the environment of the process that runs it.

    Args:
        spec: who is offered, and how.
    """

    def __init__(self, spec: ServeSpec) -> None:
        self._spec = spec
        self._app: GatewayApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; or live, from the server's start to its end.

        Raises:
            InfraError: when a request comes before it lives.
        """
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is None:
            raise InfraError("the gateway was not started")
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with open_gateway(self._spec, os.environ) as self._app:
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except (ConfigError, InfraError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})
