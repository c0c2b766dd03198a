"""Episodes that belong to no job."""

from wardian.base.errors import ConfigError
from wardian.environments.pack import Pack, TaskCard
from wardian.episodes.record import AgentRef, EnvironmentRef, EpisodeSpec, TaskRef
from wardian.specs.names import nearest

__all__ = ["card_of", "episode_of", "single_episode"]


def card_of(pack: Pack, task: str | None) -> TaskCard:
    """The card of `task`, by default of the pack's first.

    Raises:
        ConfigError: when there is no such task.
    """
    cards = {card.id: card for card in pack.tasks()}
    name = next(iter(cards)) if task is None else task
    if name not in cards:
        raise ConfigError(f"pack '{pack.name}' has no task '{name}'; {nearest(name, cards)}")
    return cards[name]


def episode_of(pack: Pack, card: TaskCard, agent: AgentRef, seed: int) -> EpisodeSpec:
    """One episode of the task of `card`."""
    return EpisodeSpec(
        environment=EnvironmentRef(name=pack.name, pack=pack.name, version=pack.version, digest=pack.digest),
        task=TaskRef.of(card),
        agent=agent,
        seed=seed,
    )


def single_episode(pack: Pack, task: str | None, agent: AgentRef, seed: int) -> EpisodeSpec:
    """One episode of `task`, by default the pack's first.

    Raises:
        ConfigError: when there is no such task.
    """
    return episode_of(pack, card_of(pack, task), agent, seed)
