"""Wrong arguments that look right."""

import random
import re
from collections.abc import Callable, Sequence
from string import ascii_lowercase, ascii_uppercase, digits

import orjson

from wardian.base.frozen import JsonObject, JsonValue
from wardian.simulator.conversation import Turn

__all__ = ["invented_id", "wrong_argument"]

ID_LIKE = re.compile(
    r"(?:^|_)(?:ids?|uuids?|emails?|skus?|iban|zip|zip_code|postcode|username|order_number|tracking_number)$"
    r"|[a-z](?:Ids?|ID|Email|Uuid)$"
)
"""Names of arguments whose values cannot be worked out: the same that the hallucination metrics look at."""
INVENTIONS = 8
"""So often it is tried to invent something that the conversation does not mention."""


def wrong_argument(arguments: str, history: Sequence[Turn], stream: random.Random) -> str | None:
    """`arguments` with one of them changed; None when there is nothing to change.

    Of an id becomes, if possible, another one of the same shape that the conversation mentions.
    """

    def change(value: str) -> str:
        others = _lookalikes(value, history)
        return stream.choice(others) if others else _mistaken(value, stream)

    return _changed(arguments, list, change, stream)


def invented_id(arguments: str, history: Sequence[Turn], stream: random.Random) -> str | None:
    """`arguments` with an id that nobody mentioned; None when there is no id among them."""

    def ids(names: Sequence[str]) -> list[str]:
        return [name for name in names if ID_LIKE.search(name)]

    return _changed(arguments, ids, lambda value: _unheard_of(value, history, stream), stream)


def _changed(
    arguments: str,
    choose: Callable[[Sequence[str]], list[str]],
    change: Callable[[str], str],
    stream: random.Random,
) -> str | None:
    values: JsonObject = orjson.loads(arguments)
    names = choose([name for name, value in values.items() if value not in (None, "", [], {})])
    if not names:
        return None
    name = stream.choice(names)
    changed = values | {name: _other(values[name], change, stream)}
    return None if changed == values else orjson.dumps(changed).decode()


def _other(value: JsonValue, change: Callable[[str], str], stream: random.Random) -> JsonValue:
    """Something else of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + stream.choice((-1, 1, 10))
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        place = stream.randrange(len(value))
        return [*value[:place], _other(value[place], change, stream), *value[place + 1 :]]
    if isinstance(value, dict) and value:
        name = stream.choice(list(value))
        return value | {name: _other(value[name], change, stream)}
    return value


def _lookalikes(value: str, history: Sequence[Turn]) -> list[str]:
    """Other texts of the conversation with the same letters and any digits, each once, in order of appearance."""
    if not any(character.isdigit() for character in value):
        return []
    shape = re.sub(r"\d", r"\\d", re.escape(value))
    pattern = re.compile(rf"(?<!\w){shape}(?!\w)")
    found = dict.fromkeys(match for turn in history for match in pattern.findall(turn.text))
    found.pop(value, None)
    return list(found)


def _unheard_of(value: str, history: Sequence[Turn], stream: random.Random) -> str:
    """Another text of the same shape that the conversation does not mention."""
    said = "\n".join(turn.text for turn in history)
    invented = (_reshaped(value, stream) for _ in range(INVENTIONS))
    return next((text for text in invented if text not in said), _reshaped(value, stream))


def _mistaken(value: str, stream: random.Random) -> str:
    """`value` with a digit that is another, or with a letter that is missing."""
    places = [place for place, character in enumerate(value) if character.isdigit()]
    if not places:
        place = stream.randrange(len(value))
        return value[:place] + value[place + 1 :]
    place = stream.choice(places)
    others = [digit for digit in digits if digit != value[place]]
    return value[:place] + stream.choice(others) + value[place + 1 :]


def _reshaped(value: str, stream: random.Random) -> str:
    """Another text of the same shape: digits for digits where it has any, else letters for letters."""
    pattern = r"\d" if any(character.isdigit() for character in value) else r"[A-Za-z]"
    return re.sub(pattern, lambda match: stream.choice(_alphabet(match[0])), value)


def _alphabet(character: str) -> str:
    if character.isdigit():
        return digits
    return ascii_uppercase if character.isupper() else ascii_lowercase
