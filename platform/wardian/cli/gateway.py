"""`wardian serve`: models and fusions for whoever speaks OpenAI's chat completions."""

import asyncio
import os
from collections.abc import Mapping

from wardian.base.errors import ConfigError
from wardian.gateway.opening import open_gateway
from wardian.simulator.serve import serve_until_ended
from wardian.specs.serving import ServeSpec

__all__ = ["serve_models"]


def serve_models(spec: ServeSpec, environ: Mapping[str, str]) -> None:
    """Serve until interrupted; then requests in flight may end.

    Raises:
        ConfigError: when a key is missing, a fusion cannot be made, or the address cannot be had.
    """
    asyncio.run(_in_this_process(spec, environ))


async def _in_this_process(spec: ServeSpec, environ: Mapping[str, str]) -> None:
    gateway = spec.gateway
    async with open_gateway(spec, environ) as app:
        try:
            await serve_until_ended(app, gateway.host, gateway.port, drain_s=gateway.drain_s, deserting=True)
        except OSError as error:
            raise ConfigError(f"gateway.port: {gateway.port}: {os.strerror(error.errno or 0)}") from error
