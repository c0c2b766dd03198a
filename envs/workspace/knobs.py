"""The pack's knobs."""

from wardian.base.frozen import Frozen

__all__ = ["Knobs"]


class Knobs(Frozen):
    """By name; `pack.yaml` says what they mean."""

    tasks: int
    files: int
    lookalikes: int
    conflicts: int
    spare_kb: int
    spare_entries: int
    personas: str
    seed: int
