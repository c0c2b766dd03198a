"""What a run is for, where it is more than the episodes of its job: that decides who goes on with it."""

from typing import Final, Literal, get_args

from wardian.base.store import RunStore

__all__ = ["Purpose", "keep_purpose", "purpose_of"]

Purpose = Literal["evaluate", "refine", "sweep"]
FILE: Final = "purpose"


def purpose_of(store: RunStore) -> Purpose:
    """What the run is for; to evaluate, where nothing is said."""
    said = (store.get(FILE) or b"").decode()
    return next((known for known in get_args(Purpose) if known == said), "evaluate")


def keep_purpose(store: RunStore, purpose: Purpose) -> None:
    """Remember it."""
    store.put(FILE, purpose.encode())
