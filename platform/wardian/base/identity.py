"""Names that follow from content: digests, seeds and random streams.

Nothing here depends on the process: `hash()`, `uuid4()` and set order never take part, so two
machines give the same names to the same things.
"""

import random
from hashlib import blake2b, sha256
from typing import Any

import orjson

__all__ = ["canonical_json", "derive_seed", "digest", "random_stream"]


def canonical_json(value: Any) -> bytes:
    """`value` (JSON-like, dataclass or str-keyed mapping) as JSON bytes with sorted keys.

    Raises:
        TypeError: when `value` holds something that JSON cannot say.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any, *, length: int = 16) -> str:
    """The first `length` hex digits of the sha256 of `value`'s canonical JSON (bytes are taken as they are)."""
    data = value if isinstance(value, bytes) else canonical_json(value)
    return sha256(data).hexdigest()[:length]


def derive_seed(*parts: str | int) -> int:
    """A seed in [0, 2**63) that depends on all `parts` and on nothing else."""
    data = b"\x1f".join(str(part).encode() for part in parts)
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") >> 1


def random_stream(*parts: str | int) -> random.Random:
    """An own random generator for one purpose, e.g. `random_stream(seed, "faults")`."""
    return random.Random(derive_seed(*parts))  # noqa: S311  (simulation, not security)
