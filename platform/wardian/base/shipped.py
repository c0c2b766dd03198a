"""Folders that come with Wardian: `configs`, `envs`."""

from pathlib import Path

__all__ = ["shipped"]


def shipped(name: str) -> Path:
    """The folder `name`: inside the package where it was installed, beside `platform` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "bundled" / name
    return inside if inside.is_dir() else package.parents[1] / name
