"""Choices whose usual member need not be named."""

from typing import Any

from pydantic import Discriminator

__all__ = ["tagged_by"]


def tagged_by(key: str, usual: str) -> Discriminator:
    """Tells the members of a union by `key`, in raw and in finished values; what lacks it is the `usual` one."""

    def tag(value: Any) -> str | None:
        if isinstance(value, dict):
            return str(value.get(key, usual))
        return getattr(value, key, None)

    return Discriminator(tag)
