"""Arguments that would keep the whole process busy.

BFCL's services compute whatever they are asked. Here they run between the turns of hundreds of other
episodes: a logarithm with a billion digits would stop them all.
"""

from wardian.base.frozen import JsonValue
from wardian.environments.tool import BadArguments

from .calls import Call

__all__ = ["require_small"]

MAX_DIGITS = 1_000
# Python refuses to print integers beyond 4,300 digits, so such a power was an error in BFCL as well.
MAX_BITS = 14_280


def require_small(call: Call) -> None:
    """Let `call` pass when it may run.

    Raises:
        BadArguments: saying what is too much.
    """
    for name in ("precision", "decimal_places"):
        if _size(call.arguments.get(name)) > MAX_DIGITS:
            raise BadArguments(f"{name} is limited to {MAX_DIGITS}")
    if call.name == "power" and _bits(call) > MAX_BITS:
        raise BadArguments("the result has too many digits")


def _size(value: JsonValue) -> float:
    return abs(value) if isinstance(value, int | float) else 0


def _bits(call: Call) -> float:
    """About how many bits the power has; floats overflow by themselves."""
    base, exponent = call.arguments.get("base"), call.arguments.get("exponent")
    if not isinstance(base, int) or not isinstance(exponent, int):
        return 0
    return base.bit_length() * exponent if abs(base) > 1 else 0
