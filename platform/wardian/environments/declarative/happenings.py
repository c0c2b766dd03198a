"""What happens by itself in tasks of a `world.yaml`, and what goes wrong with calls."""

from collections.abc import Iterator

from wardian.environments.declarative.filling import Filler
from wardian.environments.declarative.statement import Inspector, Statement
from wardian.environments.life.event import Conditional, Event, Mutation
from wardian.specs.document import Document
from wardian.specs.places import KeyPath

__all__ = ["check_event", "filled_event"]


def check_event(document: Document, path: KeyPath, event: Event, inspector: Inspector) -> None:
    """Note in the document what is wrong with the SQL of the event at `path`."""
    for key, sql, writing in _statements(event):
        if objection := inspector.objection(Statement.of(sql), event.values, writing=writing):
            document.complain((*path, *key), objection)


def _statements(event: Event) -> Iterator[tuple[KeyPath, str, bool]]:
    """Where SQL stands in it, what it is, and whether it may write."""
    if isinstance(event.when, Conditional):
        yield ("when", "sql"), event.when.sql, False
    if event.provided:
        yield ("provided",), event.provided, False
    for number, effect in enumerate(event.effects):
        if isinstance(effect, Mutation):
            for place, sql in enumerate(effect.sql):
                yield ("effects", number, "sql", place), sql, True


def filled_event(path: KeyPath, event: Event, filler: Filler) -> Event:
    """The event of one task: its texts and values are filled, its SQL stays as it is and names the values."""
    effects = [
        effect
        if isinstance(effect, Mutation)
        else effect.model_copy(update={"text": filler.text((*path, "effects", number, "text"), effect.text)})
        for number, effect in enumerate(event.effects)
    ]
    values = {name: filler.value((*path, "values", name), value) for name, value in event.values.items()}
    return event.model_copy(update={"effects": tuple(effects), "values": values})
