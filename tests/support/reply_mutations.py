"""Damage with a sense for structure: values of JSON change places, names and kinds; bytes are cut and flipped."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from support.reply_seeds import SEEDS, Seed

__all__ = ["mutated"]

DEPTHS = (200, 500, 900, 960, 990, 1_010, 1_500, 20_000)
"""Parsers give up at about a thousand; what passes there must pass everywhere."""
MARK = "the deepest place"
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e300,
    10**25,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "0",
    "stop",
    "error",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\U0010ffff\ufffe",
    "x" * 5_000,
    "sk-aaaaaaaaaaaaaaaaaaaaaaaa",
    "<tool_call>",
    '<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call><tool_call>{"function": {"name": 1}}',
    '```json\n[{"name": "f", "arguments": "\\ud800"}]\n```',
    [],
    {},
    [None],
    {"": None},
    {"error": "oops"},
    {"code": 429},
)
"""Values where nobody expects them."""
INSERTED = (b"\0", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b'"', b"{", b"[", b"]", b"}", b"\n\n", b"\r", b":")
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-7", "utf-8-sig")
Place = tuple[Any, Any]
"""A list or an object, and where in it."""


def mutated(seed: Seed, random: Random) -> list[bytes]:
    """`seed` damaged, as the chunks in which it comes."""
    values = [_copy(value) for value in seed.values]
    for _ in range(random.choice((0, 1, 1, 2, 3, 5))):
        if values:
            _change(values, random)
    if seed.stream and values and random.random() < 0.4:
        _shuffle(values, random)
    body = _written(values, random, stream=seed.stream) if values else seed.raw
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        body = random.choice(BYTE_CHANGES)(body, random)
    return _chunks(body, random) if seed.stream else [body]


def _change(values: list[Any], random: Random) -> None:
    places = list(_places(values))
    holder, key = random.choice(places)
    action = random.randrange(7)
    if action <= 1:
        holder[key] = _copy(random.choice(ODD))
    elif action == 2:
        del holder[key]
    elif action == 3:
        other, name = random.choice(places)
        holder[key] = _copy(other[name] if _has(other, name) else None)
    elif action == 4:
        holder[key] = random.choice(([holder[key]], {"0": holder[key]}, json.dumps(holder[key])))
    elif action == 5 and isinstance(holder, dict):
        holder[random.choice(NAMES)] = holder.pop(key)
    elif isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), _copy(holder[key]))
    if not values:
        values.append(None)


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _has(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def _places(value: Any) -> list[Place]:
    found: list[Place] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        found += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    return found


NAMES = sorted({key for seed in SEEDS for holder, key in _places(list(seed.values)) if isinstance(key, str)})


def _shuffle(events: list[Any], random: Random) -> None:
    here, there = random.randrange(len(events)), random.randrange(len(events))
    action = random.randrange(3)
    if action == 0:
        events[here], events[there] = events[there], events[here]
    elif action == 1:
        events.insert(there, events[here])
    else:
        del events[here:there]


def _written(values: list[Any], random: Random, *, stream: bool) -> bytes:
    """JSON as Python writes it (NaN and lone surrogates included)."""
    texts = _deepened(values, random) if random.random() < 0.03 else [json.dumps(value) for value in values]
    if not stream:
        return texts[0].encode()
    end = random.choice(("\n\n", "\n\n", "\r\n\r\n", "\r\r", "\n: keep-alive\n\n", "\nevent: x\nid: 1\n\n"))
    last = random.choice((f"data: [DONE]{end}", ""))
    return ("".join(f"data: {text}{end}" for text in texts) + last).encode()


def _deepened(values: list[Any], random: Random) -> list[str]:
    """One value is nested deeper than anybody likes."""
    holder, key = random.choice(_places(values))
    holder[key] = MARK
    depth = random.choice(DEPTHS)
    opening, closing = random.choice((("[", "]"), ('{"a":', "}")))
    deep = opening * depth + "0" + closing * depth
    return [json.dumps(value).replace(json.dumps(MARK), deep, 1) for value in values]


def _cut(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(len(body) + 1)]


def _leave_out(body: bytes, random: Random) -> bytes:
    start = random.randrange(len(body) + 1)
    return body[:start] + body[start + random.randrange(40) :]


def _flip(body: bytes, random: Random) -> bytes:
    if not body:
        return b"\xff"
    place = random.randrange(len(body))
    return body[:place] + bytes([random.randrange(256)]) + body[place + 1 :]


def _insert(body: bytes, random: Random) -> bytes:
    place = random.randrange(len(body) + 1)
    return body[:place] + random.choice(INSERTED) * random.choice((1, 1, 2, 2_000)) + body[place:]


def _double(body: bytes, random: Random) -> bytes:
    return body + body[: random.randrange(len(body) + 1)]


def _encode(body: bytes, random: Random) -> bytes:
    return body.decode("utf-8", "replace").encode(random.choice(ENCODINGS), "replace")


BYTE_CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (_cut, _leave_out, _flip, _insert, _double, _encode)


def _chunks(body: bytes, random: Random) -> list[bytes]:
    """The network cuts where it likes."""
    size = random.choice((1, 7, 100, 2_000, 65_536)) if len(body) < 5_000 else 65_536
    return [body[start : start + size] for start in range(0, len(body), size)]
