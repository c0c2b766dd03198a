"""Which version of a prompt is in use: aliases in the registry, moved by people."""

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.prompt_version import CAMPAIGN_TAG, CHALLENGER, CHAMPION, PREVIOUS, PromptVersion

__all__ = ["Move", "promote", "promoted_by", "rollback"]


class Move(Frozen):
    """What is in use now, and what was before; the same one where nothing had to be moved."""

    prompt: str
    champion: PromptVersion
    previous: PromptVersion | None = None

    @property
    def moved(self) -> bool:
        """Whether anything changed."""
        return self.previous is None or self.previous.version != self.champion.version


def promote(prompts: MlflowPrompts, prompt: str, version: int | None = None) -> Move:
    """Use `version`, by default the challenger; what was in use becomes the previous one.

    Raises:
        ConfigError: when there is no such version, or no challenger.
    """
    if version is None:
        chosen = prompts.aliased(prompt, CHALLENGER)
    else:
        chosen = next((each for each in prompts.versions(prompt) if each.version == version), None)
    if chosen is None:
        raise ConfigError(_absent(prompts, prompt, version))
    return _use(prompts, chosen)


def promoted_by(prompts: MlflowPrompts, prompt: str, campaign: str) -> int:
    """The version that a campaign's gate promoted last.

    Raises:
        ConfigError: when it promoted none.
    """
    made = [each.version for each in prompts.versions(prompt) if each.tags.get(CAMPAIGN_TAG) == campaign]
    if not made:
        raise ConfigError(f"{campaign}: no gate of this campaign promoted anything")
    return made[-1]


def rollback(prompts: MlflowPrompts, prompt: str) -> Move:
    """Use the previous version again; what was in use becomes the previous one, so that to repeat it takes it back.

    Raises:
        ConfigError: when there is none.
    """
    before = prompts.aliased(prompt, PREVIOUS)
    if before is None:
        raise ConfigError(f"{prompt}: there is no previous version to go back to")
    return _use(prompts, before)


def _use(prompts: MlflowPrompts, chosen: PromptVersion) -> Move:
    """The old one gets its alias first: whoever dies in between has lost nothing."""
    current = prompts.aliased(chosen.name, CHAMPION)
    if current is not None and current.version == chosen.version:
        return Move(prompt=chosen.name, champion=chosen, previous=current)
    if current is not None:
        prompts.point(PREVIOUS, current)
    prompts.point(CHAMPION, chosen)
    return Move(prompt=chosen.name, champion=chosen, previous=current)


def _absent(prompts: MlflowPrompts, prompt: str, version: int | None) -> str:
    known = prompts.versions(prompt)
    if not known:
        return f"there is no prompt '{prompt}' in the registry"
    if version is None:
        return f"{prompt}: there is no challenger, for no gate has promoted a version; see `wardian lineage {prompt}`"
    return f"{prompt}: there is no version {version}; valid: {', '.join(str(each.version) for each in known)}"
