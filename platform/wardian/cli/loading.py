"""Configs as commands read them: with prompts out of MLflow's registry."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wardian.output import SHARED
from wardian.specs.job import JobSpec
from wardian.specs.load import load as load_plain
from wardian.specs.load import loaded as loaded_plain
from wardian.tracking.registered_texts import RegisteredTexts

__all__ = ["load", "loaded"]


def load(path: Path, *, overrides: Sequence[str] = (), environ: Mapping[str, str]) -> JobSpec:
    """`specs.load.load`."""
    return load_plain(path, overrides=overrides, environ=environ, registry=RegisteredTexts(environ, SHARED))


@contextmanager
def loaded(
    path: Path, *, overrides: Sequence[str] = (), environ: Mapping[str, str], instead: Mapping[str, Any] | None = None
) -> Iterator[JobSpec]:
    """`specs.load.loaded`."""
    registry = RegisteredTexts(environ, SHARED)
    with loaded_plain(path, overrides=overrides, environ=environ, instead=instead, registry=registry) as job:
        yield job
