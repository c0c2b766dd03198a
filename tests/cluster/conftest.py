"""One real Ray for all tests that need one: starting it takes longer than most tests."""

from collections.abc import Iterator

import pytest

from wardian.cluster.session import ray_session
from wardian.specs.job import RayExecutorSpec


@pytest.fixture(scope="session")
def own_ray() -> Iterator[RayExecutorSpec]:
    """A Ray of our own with two CPUs."""
    spec = RayExecutorSpec(kind="ray", workers=2, concurrency=8)
    with ray_session(spec, inside_job=False):
        yield spec
