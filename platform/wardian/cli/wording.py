"""Numbers as people write them."""

__all__ = ["amount", "counted", "dollars", "whole"]

THOUSAND = 1_000


def counted(number: int, thing: str) -> str:
    """`1 episode`, `320 episodes`."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def amount(number: float) -> str:
    """Three digits are enough: `870`, `12.3k`, `4.56M`."""
    for unit in ("", "k", "M", "G"):
        if number < THOUSAND:
            return f"{number:.0f}" if not unit else f"{number:.3g}{unit}"
        number /= THOUSAND
    return f"{number:.3g}T"


def whole(number: float) -> str:
    """`1,234`."""
    return f"{number:,.0f}"


def dollars(usd: float) -> str:
    """`$12.30`; less than ten cents with two digits that count."""
    return f"${usd:,.2f}" if usd >= 0.1 or usd == 0 else f"${usd:.2g}"
