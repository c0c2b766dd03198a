"""Starting or joining Ray, and leaving it."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ray

import wardian
from wardian.base.errors import ConfigError
from wardian.specs.job import RayExecutorSpec

__all__ = ["ray_session", "runtime_env"]

NAMESPACE = "wardian"
NOT_SHIPPED = [".git", ".venv", ".*_cache", "node_modules", "__pycache__", "*.wal", "*.parquet", "*.db", "*.log"]
"""By what they are, not by a folder's name: the patterns hold inside the package as well, which has a `runs` too."""


@contextmanager
def ray_session(spec: RayExecutorSpec, *, inside_job: bool) -> Iterator[None]:
    """A Ray of our own (`local`), or the running one at `spec.address`.

    `inside_job`: this process is a driver that `ray job submit` started; its code is shipped already.

    Raises:
        ConfigError: when no Ray answers at the address.
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
            logging_level="ERROR",
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ConfigError(f"executor.address: no Ray at '{spec.address}': {str(error).splitlines()[0]}") from error
    try:
        yield
    finally:
        ray.shutdown()


def runtime_env(folder: Path) -> dict[str, object]:
    """What a worker on another machine needs: this package and the project's folder (packs, configs).

    The working directory alone is not enough: workers would not find the package.
    """
    package = str(Path(wardian.__file__).parent)
    return {"working_dir": str(folder), "py_modules": [package], "excludes": NOT_SHIPPED}
