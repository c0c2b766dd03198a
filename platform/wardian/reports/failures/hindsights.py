"""What looking back at failed episodes has shown, kept with their run for views, which never look back themselves."""

from contextlib import suppress
from typing import Final, Self

from pydantic import TypeAdapter, ValidationError

from wardian.base.frozen import Frozen
from wardian.base.store import RunStore
from wardian.episodes.hindsight.decisive import Hindsight
from wardian.episodes.record import Episode

__all__ = ["HINDSIGHTS", "Hindsights"]

HINDSIGHTS: Final = "hindsights.json"


class Looked(Frozen):
    """What was shown of the record that began at `started_at`: an episode may have been played again since."""

    started_at: float
    hindsight: Hindsight


KNOWN: Final = TypeAdapter(dict[str, Looked])


class Hindsights:
    """By the episodes' keys."""

    def __init__(self) -> None:
        self._known: dict[str, Looked] = {}

    @classmethod
    def of(cls, store: RunStore) -> Self:
        """Those that were left in a run's store; none when another version wrote them."""
        made, kept = cls(), store.get(HINDSIGHTS)
        with suppress(ValidationError):
            made._known |= {} if kept is None else KNOWN.validate_json(kept)
        return made

    def note(self, episode: Episode, hindsight: Hindsight) -> None:
        """Remember what looking back at `episode` has shown."""
        self._known[episode.spec.key] = Looked(started_at=episode.started_at, hindsight=hindsight)

    def known(self, episode: Episode) -> Hindsight | None:
        """What it has shown; None when nobody has looked at this record."""
        looked = self._known.get(episode.spec.key)
        return looked.hindsight if looked is not None and looked.started_at == episode.started_at else None

    def leave(self, store: RunStore) -> None:
        """Keep them, if the store takes them: whoever asked has been told anyway."""
        with suppress(OSError):
            store.put(HINDSIGHTS, KNOWN.dump_json(self._known))
