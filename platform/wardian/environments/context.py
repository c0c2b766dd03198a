"""What a pack is opened with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wardian.environments.manifest import PackManifest
from wardian.specs.environments import KnobValue

__all__ = ["PackContext"]


@dataclass(frozen=True)
class PackContext:
    """What a pack's `open_pack` is given: where it lies, what it is called, and its knobs, checked and complete."""

    folder: Path
    manifest: PackManifest
    knobs: Mapping[str, KnobValue]
    digest: str

    def read_text(self, name: str) -> str:
        """The text of one of the pack's files."""
        return (self.folder / name).read_text(encoding="utf-8")
