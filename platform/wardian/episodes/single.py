"""Episodes that belong to no job."""

from wardian.base.errors import ConfigError
from wardian.environments.pack import Pack
from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef
from wardian.specs.names import nearest

__all__ = ["single_episode"]


def single_episode(pack: Pack, task: str | None, agent: AgentRef, seed: int) -> EpisodeSpec:
    """One episode of `task`, by default the pack's first.

    Raises:
        ConfigError: when there is no such task.
    """
    cards = {card.id: card for card in pack.tasks()}
    name = next(iter(cards)) if task is None else task
    if name not in cards:
        raise ConfigError(f"pack '{pack.name}' has no task '{name}'; {nearest(name, cards)}")
    card = cards[name]
    return EpisodeSpec(
        environment=EnvironmentRef(name=pack.name, pack=pack.name, version=pack.version, digest=pack.digest),
        task=TaskRef(id=card.id, template=card.template, persona=card.persona),
        agent=agent,
        seed=seed,
    )
