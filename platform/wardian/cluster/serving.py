"""An application on Ray Serve: replicas all over the cluster, and a proxy before them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from wardian.base.errors import ConfigError, InfraError
from wardian.cluster.session import ray_session
from wardian.simulator.asgi import Application
from wardian.specs.gateway import GatewaySpec, ReplicaSpec
from wardian.specs.job import RayExecutorSpec

__all__ = ["served_by_replicas"]

QUIET: Final = {"log_level": "ERROR", "enable_access_log": False}


@contextmanager
def served_by_replicas(
    app: Application, name: str, gateway: GatewaySpec, replicas: ReplicaSpec, *, inside_job: bool
) -> Iterator[str]:
    """Serve `app`, a value that can be sent, until the end of the block; gives its URL.

    Args:
        app: an ASGI application with a lifespan.
        name: of the application among those of the cluster.
        gateway: where to listen, and how long requests have to end.
        replicas: how many, and where.
        inside_job: whether this process is a driver that `ray job submit` started.

    Raises:
        ConfigError: when Ray Serve is not installed, no Ray answers, or the address cannot be had.
        InfraError: when the replicas do not start.
    """
    try:
        from ray import serve
    except ImportError as error:
        raise ConfigError(f"gateway.serve: needs the package '{error.name}': pip install 'wardian[serve]'") from error
    own = replicas.address == "local"
    workers, cpus = replicas.replicas, replicas.cpus
    session = RayExecutorSpec(kind="ray", address=replicas.address, workers=workers, worker_cpus=cpus)
    logging.getLogger("ray.serve").setLevel(logging.ERROR)
    with ray_session(session, inside_job=inside_job):
        try:
            serve.start(http_options={"host": gateway.host, "port": gateway.port}, logging_config=QUIET)
            deployment = serve.deployment(serve.ingress(app)()).options(
                name="gateway",
                num_replicas=workers,
                ray_actor_options={"num_cpus": cpus},
                max_ongoing_requests=gateway.concurrency,
                graceful_shutdown_timeout_s=gateway.drain_s,
            )
            serve.run(deployment.bind(), name=name, route_prefix="/", logging_config=QUIET)
            host = f"[{gateway.host}]" if ":" in gateway.host else gateway.host
            yield f"http://{host}:{gateway.port}"
        except (RuntimeError, ValueError) as error:
            raise InfraError(f"gateway.serve: {str(error).strip().splitlines()[-1]}") from error
        finally:
            serve.delete(name)
            if own:  # on somebody else's cluster, Serve has other applications
                serve.shutdown()
