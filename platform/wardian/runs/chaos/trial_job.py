"""The job of a trial: that of the user, with simulators that outlive whoever plays it and count what they are asked."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from wardian.base.errors import ConfigError
from wardian.specs.cache import CacheSpec
from wardian.specs.endpoints import EndpointSpec
from wardian.specs.job import JobSpec, RayExecutorSpec
from wardian.specs.models import ModelSpec
from wardian.specs.output import is_bucket
from wardian.specs.places import spell
from wardian.specs.telemetry import TelemetrySpec
from wardian.specs.tracking import TrackingSpec

__all__ = ["check_simulated", "placed", "prepared", "window"]


def prepared(job: JobSpec) -> JobSpec:
    """`job` without what would hide calls, add some, or tell others of them: reply cache, hedging, tracking, spans.

    It is played on Ray, whatever it says: elsewhere there is nobody to be killed but the command itself.
    """
    models = {name: spec.model_copy(update={"hedge": None}) for name, spec in job.models.items()}
    changes = {"models": models, "cache": CacheSpec(), "tracking": TrackingSpec(enabled=False)}
    return job.model_copy(update={**changes, "telemetry": TelemetrySpec(), "executor": _on_ray(job)})


def check_simulated(job: JobSpec) -> None:
    """See that no real model is asked, and that some model is; and that what it leaves can be looked at.

    Raises:
        ConfigError: naming the place.
    """
    if is_bucket(job.output):
        raise ConfigError("output: chaos plays in a folder; name one with --set output=…")
    for place in job.deployments.values():
        server = place.spec.server
        if server is None or job.servers[server].kind != "simulator":
            why = "chaos plays with simulated models only; name one of `servers` whose kind is simulator"
            raise ConfigError(f"{spell(place.path)}: would be asked for real, many times over; {why}")
    if not job.asked:
        raise ConfigError("agents: none of them asks a model, so there are no calls to lose")


def placed(job: JobSpec, name: str, address: str, urls: Mapping[str, str]) -> JobSpec:
    """`job` under another name, on the Ray at `address`, with its simulators at `urls`."""
    executor = job.executor.model_copy(update={"address": address})
    models = {key: _moved(spec, urls) for key, spec in job.models.items()}
    return job.model_copy(update={"name": name, "models": models, "executor": executor})


def window(job: JobSpec) -> int:
    """How many calls a worker may have in flight: each of its episodes asks one model, or all of a fusion at once."""
    widest = max(job.panels.widest(agent.model) for agent in job.agents if agent.kind == "tools")
    return job.executor.concurrency * widest


def _moved(spec: ModelSpec, urls: Mapping[str, str]) -> ModelSpec:
    places = {label: place.model_copy(update=_at(place, urls)) for label, place in spec.deployments.items()}
    return spec.model_copy(update={**_at(spec, urls), "deployments": places})


def _at(place: EndpointSpec, urls: Mapping[str, str]) -> dict[str, object]:
    """What changes about a place when a simulator answers there that somebody else has started."""
    if place.server is None or place.server not in urls:
        return {}
    return {"server": None, "base_url": f"sim://{urlsplit(urls[place.server]).netloc}"}


def _on_ray(job: JobSpec) -> RayExecutorSpec:
    if job.executor.kind == "ray":
        return job.executor
    return RayExecutorSpec(kind="ray", concurrency=job.executor.concurrency)
