"""`wardian serve`: models and fusions for whoever speaks OpenAI's chat completions."""

import asyncio
import os
import sys
from collections.abc import Mapping

from wardian.base.errors import ConfigError
from wardian.cli.executors import INSIDE_JOB
from wardian.fusion.own_code import check_own_code
from wardian.gateway.guard import Guard
from wardian.gateway.opening import open_gateway
from wardian.gateway.replica import ReplicaApp
from wardian.simulator.serve import announce, listen, serve_until_ended, told_to_end
from wardian.specs.fusion.kinship import kin_warnings
from wardian.specs.gateway import ReplicaSpec
from wardian.specs.secrets import check_keys
from wardian.specs.serving import ServeSpec

__all__ = ["offer_line", "serve_models"]


def serve_models(spec: ServeSpec, environ: Mapping[str, str]) -> None:
    """Serve until interrupted; then requests in flight may end.

    Raises:
        ConfigError: when a key is missing, a fusion cannot be made, or the address cannot be had.
    """
    check_own_code(spec.fusions)
    for warning in kin_warnings(spec.panels, spec.models):
        sys.stderr.write(f"wardian: {warning}\n")
    replicas = spec.gateway.serve
    if replicas is None:
        asyncio.run(_in_this_process(spec, environ))
    else:
        _on_ray(spec, replicas, environ)


def offer_line(spec: ServeSpec, environ: Mapping[str, str]) -> str:
    """What would be served where, in a line; nothing is started.

    Raises:
        ConfigError: when a key, a token, or a function that a fusion names is missing.
    """
    check_own_code(spec.fusions)
    Guard.of(spec.gateway, environ)
    check_keys(spec, environ)
    gateway, simulated = spec.gateway, " (simulated)" if spec.simulated else ""
    barred = "" if gateway.tokens else ", without a token"
    return f"{gateway.host}:{gateway.port}{barred}: {', '.join(spec.offered)}{simulated}"


async def _in_this_process(spec: ServeSpec, environ: Mapping[str, str]) -> None:
    gateway = spec.gateway
    async with open_gateway(spec, environ) as app:
        try:
            listener, drain_s = listen(gateway.host, gateway.port), gateway.drain_s
            await serve_until_ended(app, listener, drain_s=drain_s, deserting=True, cut_off=app.cut_off)
        except OSError as error:
            raise ConfigError(f"gateway.port: {gateway.port}: {os.strerror(error.errno or 0)}") from error


def _on_ray(spec: ServeSpec, replicas: ReplicaSpec, environ: Mapping[str, str]) -> None:
    from wardian.cluster.serving import served_by_replicas

    Guard.of(spec.gateway, environ)  # a token that is missing shows here, and not in a replica's log
    app, inside_job = ReplicaApp(spec), INSIDE_JOB in environ
    with served_by_replicas(app, spec.name, spec.gateway, replicas, inside_job=inside_job) as url:
        asyncio.run(_until_told(url))


async def _until_told(url: str) -> None:
    ended = told_to_end()
    announce(url)
    await ended.wait()
