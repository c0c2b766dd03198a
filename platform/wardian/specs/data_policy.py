"""What may become of that which is sent to a provider: what a user demands, and what a provider promises."""

from typing import Final, Literal, get_args

__all__ = ["DataPolicy", "meets", "stricter"]

DataPolicy = Literal["any", "no-training", "zero-retention"]
"""Each keeps what the ones before it keep: who stores nothing cannot train on it."""

ORDER: Final[tuple[DataPolicy, ...]] = get_args(DataPolicy)


def meets(promised: DataPolicy, demanded: DataPolicy) -> bool:
    """Whether a promise is as strict as what is demanded."""
    return ORDER.index(promised) >= ORDER.index(demanded)


def stricter(one: DataPolicy, other: DataPolicy) -> DataPolicy:
    """The stricter of two demands."""
    return max(one, other, key=ORDER.index)
