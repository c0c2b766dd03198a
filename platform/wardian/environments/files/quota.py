"""How much a tree may hold."""

from typing import Annotated

from pydantic import Field

from wardian.base.frozen import Frozen

__all__ = ["ROOMY", "Quota"]

Amount = Annotated[int, Field(ge=1)]


class Quota(Frozen):
    """Limits of a tree; packs make knobs of them.

    Args:
        entries: files and folders together.
        bytes: of all texts, in UTF-8.
        file_bytes: of one text.
    """

    entries: Amount = 2_000
    bytes: Amount = 1_000_000
    file_bytes: Amount = 100_000


ROOMY = Quota()
