"""Which version of a prompt is in use: aliases in the registry, moved by people."""

from collections.abc import Iterable, Iterator

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.tracking.mlflow_prompts import MlflowPrompts
from wardian.tracking.prompt_version import CHALLENGER, CHAMPION, PREVIOUS, PromptVersion

__all__ = ["Move", "promote", "rollback"]


class Move(Frozen):
    """What is in use now, and what was before; the same one where nothing had to be moved."""

    prompt: str
    champion: PromptVersion
    previous: PromptVersion | None = None

    @property
    def moved(self) -> bool:
        """Whether anything changed."""
        return self.previous is None or self.previous.version != self.champion.version


def promote(prompts: MlflowPrompts, prompt: str, *, version: int | None = None, campaign: str = "") -> Move:
    """Use the challenger; what was in use becomes the previous one.

    Args:
        prompts: the registry.
        prompt: its name.
        version: use this one instead, whatever it was measured against.
        campaign: use instead what this campaign's gate promoted last.

    Raises:
        ConfigError: when there is no such version, or it was not measured against what is in use.
    """
    if version is not None:
        return _use(prompts, _numbered(prompts, prompt, version))
    chosen = _made_by(prompts, prompt, campaign) if campaign else prompts.aliased(prompt, CHALLENGER)
    if chosen is None:
        raise ConfigError(_absent(prompts, prompt))
    _check_measured(prompts, chosen)
    return _use(prompts, chosen)


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


def _numbered(prompts: MlflowPrompts, prompt: str, version: int) -> PromptVersion:
    known = prompts.versions(prompt)
    chosen = next((each for each in known if each.version == version), None)
    if chosen is None and known:
        valid = ", ".join(str(each.version) for each in known)
        raise ConfigError(f"{prompt}: there is no version {version}; valid: {valid}")
    if chosen is None:
        raise ConfigError(_absent(prompts, prompt))
    return chosen


def _made_by(prompts: MlflowPrompts, prompt: str, campaign: str) -> PromptVersion:
    made = [each for each in prompts.versions(prompt) if each.told_by(campaign)]
    if not made:
        raise ConfigError(f"{campaign}: no gate of this campaign promoted anything")
    return max(made, key=lambda each: int(each.told_by(campaign).get("gate", "0")))


def _absent(prompts: MlflowPrompts, prompt: str) -> str:
    if not prompts.versions(prompt):
        return f"there is no prompt '{prompt}' in the registry"
    return f"{prompt}: there is no challenger, for no gate has promoted a version; see `wardian lineage {prompt}`"


def _check_measured(prompts: MlflowPrompts, chosen: PromptVersion) -> None:
    """See that a gate found the version to be better than what is in use.

    Raises:
        ConfigError: when none did.
    """
    champion = prompts.aliased(chosen.name, CHAMPION)
    if champion is None or champion.version == chosen.version:
        return
    against = _measured_against(prompts, chosen)
    if champion.text not in [each.text for each in against]:
        measured = f"measured against {against[0].label}" if against else "measured against nothing"
        use = f"`--version {chosen.version}` uses it all the same"
        raise ConfigError(f"{chosen.label} was {measured}, and {champion.label} is in use; {use}")


def _measured_against(prompts: MlflowPrompts, chosen: PromptVersion) -> list[PromptVersion]:
    """By each campaign that heard it, the version's parent, and as long as it promoted that one, too, its parent's."""
    versions = prompts.versions(chosen.name)
    return [each for campaign in chosen.campaigns for each in _ancestors(versions, chosen, campaign)]


def _ancestors(versions: Iterable[PromptVersion], chosen: PromptVersion, campaign: str) -> Iterator[PromptVersion]:
    known = {each.label: each for each in versions}
    version: PromptVersion | None = chosen
    while version is not None and (told := version.told_by(campaign)):
        version = known.pop(told.get("parent", ""), None)
        if version is not None:
            yield version
