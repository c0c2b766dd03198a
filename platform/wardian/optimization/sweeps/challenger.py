"""From a sweep's configuration to a version that a gate can decide on."""

from wardian.base.bundle import SYSTEM, Bundle
from wardian.base.errors import ConfigError
from wardian.optimization.sweeps.flat import configs_of, sweep_of
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = ["challenger_of"]


def challenger_of(job: JobSpec, arm: str) -> Bundle:
    """The texts of a configuration of a flat sweep, as a version of the agent that was varied.

    A gate compares texts of one agent: another model or temperature is another agent, which `wardian compare` sets
    beside the old one.

    Raises:
        ConfigError: when it differs from others in more than its prompt, or there is no such configuration.
    """
    configs = {each.name: each for each in configs_of(job)}
    if arm not in configs:
        raise ConfigError(f"there is no configuration '{arm}' in the sweep; {nearest(arm, configs)}")
    settings = configs[arm].settings
    if others := [name for name in settings if name != "prompt"]:
        raise ConfigError(f"{arm}: a gate compares texts of one agent, and this sweep varies {', '.join(others)} too")
    return Bundle(agent=sweep_of(job).agent or "", texts={SYSTEM: job.prompts[str(settings["prompt"])]})
