"""What all spans of an arm have in common: which model it asks, where, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from wardian.base.messages import Sampling
from wardian.specs.agents import AgentSpec, BoundSpec
from wardian.specs.endpoints import Deployment
from wardian.specs.job import JobSpec
from wardian.tracking import gen_ai
from wardian.tracking.span import Attributes

__all__ = ["Arm", "arms_of", "models_of"]

PROVIDERS: Final[Mapping[str, str]] = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "api.deepseek.com": "deepseek",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral_ai",
    "api.moonshot.ai": "moonshot_ai",
    "api.perplexity.ai": "perplexity",
    "api.x.ai": "x_ai",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "openrouter.ai": "openrouter",
}
DIALECTS: Final[Mapping[str, str]] = {"anthropic": "anthropic", "azure": "azure.ai.openai"}
"""Whoever else answers at an unknown place speaks as OpenAI does."""
OURSELVES: Final = "wardian"
PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm.

    Args:
        model: the provider's name for the model that it asks; "" when it asks none.
        client: whether somebody else answers, rather than a fusion in this process.
        prompt: its system prompt.
        attributes: of all its model calls, …
        deployments: … and where another of the model's deployments answered, by its name.
    """

    model: str = ""
    client: bool = False
    prompt: str = ""
    attributes: Attributes = field(default_factory=dict)
    deployments: Mapping[str, Attributes] = field(default_factory=dict)


def arms_of(job: JobSpec) -> dict[str, Arm]:
    """The arms of `job` by name."""
    return {agent.name: _arm(job, agent) for agent in job.agents}


def models_of(job: JobSpec) -> dict[str, Arm]:
    """Everybody who may be asked in `job`, models and fusions, by name."""
    return {name: _asking(job, name, Sampling(), "") for name in (*job.models, *job.panels.specs)}


def _arm(job: JobSpec, agent: AgentSpec) -> Arm:
    if isinstance(agent, BoundSpec) or agent.model is None:
        return Arm()
    prompt = job.prompts[agent.prompt] if agent.kind == "tools" and agent.prompt else ""
    return _asking(job, agent.model, agent.sampling, prompt)


def _asking(job: JobSpec, lane: str, sampling: Sampling, prompt: str) -> Arm:
    spec = job.models.get(lane)
    places = () if spec is None else spec.places(lane)
    model = places[0].asked if places else lane
    known = {gen_ai.REQUEST_MODEL: model, "wardian.lane": lane, **_sampling(sampling)}
    known |= _place(job, places[0]) if places else {gen_ai.PROVIDER: OURSELVES}
    others = {place.label: _deployment(job, place) for place in places if place.label}
    return Arm(model=model, client=bool(places), prompt=prompt, attributes=known, deployments=others)


def _deployment(job: JobSpec, place: Deployment) -> Attributes:
    return {gen_ai.REQUEST_MODEL: place.asked, "wardian.lane": place.name, **_place(job, place)}


def _place(job: JobSpec, place: Deployment) -> Attributes:
    spec = place.spec
    known: dict[str, str | bool | int] = {gen_ai.PROVIDER: _provider(job, place), gen_ai.STREAM: spec.stream}
    url = urlsplit(spec.base_url or "")
    if url.hostname:
        known |= {gen_ai.SERVER_ADDRESS: url.hostname, gen_ai.SERVER_PORT: url.port or PORTS.get(url.scheme, 80)}
    return known


def _provider(job: JobSpec, place: Deployment) -> str:
    spec = place.spec
    if job.simulates(place):
        return f"{OURSELVES}.simulator"
    if spec.server is not None:
        return job.servers[spec.server].kind
    host = urlsplit(spec.base_url or "").hostname or ""
    return DIALECTS.get(spec.dialect) or PROVIDERS.get(host, "openai")


def _sampling(sampling: Sampling) -> Attributes:
    known = {
        gen_ai.TEMPERATURE: sampling.temperature,
        gen_ai.TOP_P: sampling.top_p,
        gen_ai.MAX_TOKENS: sampling.max_tokens,
        gen_ai.SEED: sampling.seed,
        gen_ai.STOP_SEQUENCES: sampling.stop or None,
    }
    return {name: value for name, value in known.items() if value is not None}
