"""Starting or joining Ray, and leaving it."""

import math
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import ray
from ray.exceptions import AuthenticationError

import wardian
from wardian.base.errors import ConfigError, CredentialError, InfraError
from wardian.cluster.broker import dismiss_broker
from wardian.specs.job import RayExecutorSpec

__all__ = ["AUTH_HINT", "check_reachable", "ray_session", "runtime_env"]

NAMESPACE = "wardian"
PATIENCE_S = 5.0
AUTH_HINT = "set RAY_AUTH_MODE=token, or disabled when the cluster was started that way; both sides must agree"
OWN = {"worker_niceness": 0}
"""By itself Ray runs workers at niceness 15: whatever else this machine does would make episodes late."""
NOT_SHIPPED = [".git", ".venv", ".*_cache", "node_modules", "__pycache__", "*.wal", "*.parquet", "*.db", "*.log"]
"""By what they are, not by a folder's name: the patterns hold inside the package as well, which has a `runs` too."""


def noted_address() -> str:
    """The host:port behind `auto`: of a Ray that runs here, or else of the one that was started or joined last.

    Raises:
        ConnectionError: when there is no note of any.
    """
    from ray._private.services import canonicalize_bootstrap_address  # what ray.init does; there is no public way

    return str(canonicalize_bootstrap_address("auto"))


def check_reachable(address: str, auto: Callable[[], str] = noted_address) -> None:
    """Knock at a cluster's address: Ray itself would try for minutes, and could not be interrupted.

    Args:
        address: as in the config; `local` names no place and passes.
        auto: finds the place that `auto` stands for, where a cluster may have been that is no more.

    Raises:
        ConfigError: when nobody opens.
    """
    if address == "local":
        return
    where, place = address, address.removeprefix("ray://")
    try:
        if address == "auto":
            place = auto()
            where = f"{place} (auto)"
        host, _, port = place.rpartition(":")
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_S).close()
    except (OSError, OverflowError) as error:
        raise ConfigError(f"executor.address: no Ray at '{where}': {str(error).splitlines()[0]}") from error


@contextmanager
def ray_session(spec: RayExecutorSpec, *, inside_job: bool) -> Iterator[None]:
    """A Ray of our own (`local`), or the running one at `spec.address`.

    `inside_job`: this process is a driver that `ray job submit` started; its code is shipped already.

    Raises:
        ConfigError: when no Ray answers at the address.
        InfraError: when this machine is too busy to start one in time.
    """
    own = spec.address == "local"
    shipped = None if own or inside_job else runtime_env(Path.cwd())
    try:
        ray.init(
            # Never without an address: Ray would join whatever cluster is noted on this host.
            address=spec.address,
            namespace=NAMESPACE,
            runtime_env=shipped,
            include_dashboard=False if own else None,
            num_cpus=math.ceil(spec.workers * spec.worker_cpus) if own and spec.workers else None,
            log_to_driver=False,
            _system_config=OWN if own else None,
            logging_level="ERROR",
        )
    except AuthenticationError as error:
        raise CredentialError(f"executor.address: the Ray at '{spec.address}' asks for a token: {AUTH_HINT}") from error
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ConfigError(f"executor.address: no Ray at '{spec.address}': {str(error).splitlines()[0]}") from error
    except Exception as error:  # no kind of its own: "The current node timed out during startup"
        raise InfraError(f"Ray could not be started: {str(error).splitlines()[0]}") from error
    try:
        yield
    finally:
        if own:
            dismiss_broker()  # an actor that is nobody's would hold up the shutdown for half a minute
        ray.shutdown()


def runtime_env(folder: Path) -> dict[str, object]:
    """What a worker on another machine needs: this package and the project's folder (packs, configs).

    The working directory alone is not enough: workers would not find the package.
    """
    package = str(Path(wardian.__file__).parent)
    return {"working_dir": str(folder), "py_modules": [package], "excludes": NOT_SHIPPED}
