"""Which answers the configurations of a sweep have in common."""

from collections import Counter

from wardian.optimization.sweeps.flat import configs_of
from wardian.specs.fusion.panels import PREFIX
from wardian.specs.job import JobSpec

__all__ = ["shared_members"]


def shared_members(job: JobSpec) -> tuple[str, ...]:
    """The models that sit on the panels of several fusions which a flat sweep compares, by name.

    They are asked the same question in the first turn of an episode, and as long as its turns come out alike.
    """
    names = {each.name for each in configs_of(job)}
    fusions = {agent.model for agent in job.agents if agent.kind == "tools" and agent.name in names}
    panels = [job.panels.specs[name].models for name in fusions if name.startswith(PREFIX)]
    asked = Counter(model for panel in panels for model in set(panel))
    return tuple(sorted(model for model, count in asked.items() if count > 1))
