"""A sweep as one job: an arm for each configuration, an environment for each difficulty."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.base.messages import Sampling
from wardian.optimization.sweeps.points import Settings, grid, points
from wardian.specs.agents import AgentSpec, BoundSpec
from wardian.specs.environments import EnvironmentSpec, KnobValue
from wardian.specs.job import JobSpec
from wardian.specs.names import Label, nearest
from wardian.specs.sweeps import Axis, Range, SweepSpec

__all__ = ["Config", "configs_of", "flattened", "is_flat", "sweep_of"]

SAMPLED: Final = ("temperature", "top_p", "max_tokens")
SETTINGS: Final = ("model", "prompt", *SAMPLED)
CONDITION: Final = "environments."
LABEL: Final[TypeAdapter[str]] = TypeAdapter(Label)


class Config(Frozen):
    """One configuration.

    Args:
        number: in the sweep, from 0.
        name: of its arm.
        settings: what makes it different from the others.
    """

    number: int
    name: Label
    settings: Mapping[str, KnobValue]


def is_flat(job: JobSpec) -> bool:
    """Whether the job is a sweep whose configurations are arms already."""
    names = [agent.name for agent in job.agents]
    spec = job.sweep
    return spec is not None and spec.agent is not None and spec.agent not in names and bool(_arms(spec.agent, job))


def flattened(job: JobSpec) -> JobSpec:
    """The sweep `job` as a job that every other command can read.

    Raises:
        ConfigError: when it has no sweep, or one that cannot be; begins with the key.
    """
    spec = sweep_of(job)
    if is_flat(job):
        return job
    agent = _varied(job, spec)
    over = {name: axis for name, axis in spec.over.items() if not name.startswith(CONDITION)}
    _check(job, agent, over)
    found = points(spec, over, job.seed) if over else ({},)
    if len(found) < 2:
        raise ConfigError("sweep.over: one configuration is nothing to compare; name several models, prompts or others")
    names = _names(f"{agent.name}@", found)
    arms = [_set(agent, name, settings) for name, settings in zip(names, found, strict=True)]
    others = [each for each in job.agents if each is not agent]
    if taken := [each.name for each in others if each.name.startswith(f"{agent.name}@")]:
        raise ConfigError(f"sweep.agent: names like '{taken[0]}' are those of configurations of '{agent.name}'")
    worlds = [each for environment in job.environments for each in _conditions(environment, _knobs(job, environment))]
    update = {"agents": (*arms, *others), "environments": tuple(worlds)}
    flat = {**dict(job), **update, "sweep": spec.model_copy(update={"agent": agent.name})}
    try:
        return JobSpec.model_validate(flat)
    except ValidationError as error:
        raise ConfigError(f"sweep.over: {error.errors()[0]['msg']}") from None


def configs_of(job: JobSpec) -> tuple[Config, ...]:
    """The configurations of a flat job, as its arms have them."""
    spec = sweep_of(job)
    arms = _arms(spec.agent or "", job)
    over = [name for name in spec.over if not name.startswith(CONDITION)]
    return tuple(
        Config(number=number, name=arm.name, settings={name: _setting(arm, name) for name in over})
        for number, arm in enumerate(arms)
    )


def sweep_of(job: JobSpec) -> SweepSpec:
    """What the job says of its sweep.

    Raises:
        ConfigError: when it has none.
    """
    if job.sweep is None:
        raise ConfigError("sweep: the job does not say what to vary")
    return job.sweep


def _arms(agent: str, job: JobSpec) -> list[AgentSpec]:
    return [each for each in job.agents if each.name.startswith(f"{agent}@")]


def _varied(job: JobSpec, spec: SweepSpec) -> AgentSpec:
    """The agent that is varied."""
    able = {agent.name: agent for agent in job.agents if not isinstance(agent, BoundSpec) and agent.model is not None}
    if spec.agent is None:
        if len(able) != 1:
            raise ConfigError(f"sweep.agent: say which one is varied; valid: {', '.join(able) or '(none)'}")
        return next(iter(able.values()))
    if spec.agent not in able:
        raise ConfigError(f"sweep.agent: there is no agent '{spec.agent}' with a model; {nearest(spec.agent, able)}")
    return able[spec.agent]


def _check(job: JobSpec, agent: AgentSpec, over: Mapping[str, Axis]) -> None:
    """See that settings and the names among their values exist."""
    known = [name for name in SETTINGS if name != "prompt" or agent.kind == "tools"]
    names = {"model": [*job.models, *job.panels.specs], "prompt": list(job.prompts)}
    for name, axis in over.items():
        if name not in known:
            hint = nearest(name, [*known, "environments.NAME.KNOB"])
            raise ConfigError(f"sweep.over.{name}: '{agent.name}' has no such setting; {hint}")
        for place, value in enumerate(() if isinstance(axis, Range) else axis):
            if name in names and value not in names[name]:
                raise ConfigError(
                    f"sweep.over.{name}.{place}: there is no '{value}'; {nearest(str(value), names[name])}"
                )
        if name in names and isinstance(axis, Range):
            raise ConfigError(f"sweep.over.{name}: name its values, one by one")


def _set(agent: AgentSpec, name: str, settings: Mapping[str, KnobValue]) -> AgentSpec:
    """The agent with these settings, as an arm of its own."""
    if isinstance(agent, BoundSpec):
        return agent
    drawn = {key: _number(key, value) for key, value in settings.items() if key in SAMPLED}
    try:
        sampling = Sampling.model_validate({**agent.sampling.model_dump(), **drawn})
    except ValidationError as error:
        wrong = error.errors()[0]
        raise ConfigError(f"sweep.over.{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}") from None
    named = {key: settings[key] for key in ("model", "prompt") if key in settings}
    return agent.model_copy(update={"name": name, "sampling": sampling, **named})


def _number(key: str, value: KnobValue) -> KnobValue:
    return round(value) if key == "max_tokens" and isinstance(value, float) else value


def _setting(agent: AgentSpec, name: str) -> KnobValue:
    """What an arm has for a setting."""
    if name in SAMPLED and not isinstance(agent, BoundSpec):
        return _known(getattr(agent.sampling, name))
    return _known(getattr(agent, name))


def _known(value: object) -> KnobValue:
    return value if isinstance(value, bool | int | float | str) else "default"


def _knobs(job: JobSpec, environment: EnvironmentSpec) -> dict[str, Axis]:
    """The knobs of one environment that are varied.

    Raises:
        ConfigError: when an axis names an environment that is not there; begins with the key.
    """
    found: dict[str, Axis] = {}
    labels = [each.label for each in job.environments]
    for name, axis in sweep_of(job).over.items():
        if not name.startswith(CONDITION):
            continue
        label, _, knob = name.removeprefix(CONDITION).rpartition(".")
        if label not in labels:
            raise ConfigError(f"sweep.over.{name}: there is no environment '{label}'; {nearest(label, labels)}")
        if label == environment.label:
            found[knob] = axis
    return found


def _conditions(environment: EnvironmentSpec, over: Mapping[str, Axis]) -> Iterator[EnvironmentSpec]:
    """The environment at every difficulty."""
    if not over:
        yield environment
        return
    found = grid(over)
    for name, settings in zip(_names(f"{environment.label}@", found, keys=True), found, strict=True):
        knobs = environment.knobs | {key: _whole(value) for key, value in settings.items()}
        yield environment.model_copy(update={"name": name, "knobs": knobs})


def _whole(value: KnobValue) -> KnobValue:
    """Knobs that count something take no 2.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _names(begin: str, found: Sequence[Settings], *, keys: bool = False) -> list[str]:
    """A name for each, by its values where these make different names that are short enough; numbers otherwise."""
    names = [begin + "+".join(_spelled(settings, keys=keys)) for settings in found]
    if len(set(names)) == len(names) and all(_is_label(name) for name in names):
        return names
    digits = len(str(len(found)))
    return [f"{begin}{number:0{digits}}" for number in range(1, len(found) + 1)]


def _spelled(settings: Settings, *, keys: bool) -> Iterable[str]:
    for key, value in settings.items():
        text = f"{value:g}" if isinstance(value, float) else str(value)
        text = re.sub(r"[^A-Za-z0-9._-]+", "-", text.removeprefix("fusion/"))
        yield f"{key}={text}" if keys else text


def _is_label(name: str) -> bool:
    try:
        LABEL.validate_python(name)
    except ValidationError:
        return False
    return True
