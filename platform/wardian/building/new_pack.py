"""A small pack to begin with, in YAML alone or with a module in Python."""

import re
import shutil
from pathlib import Path
from typing import Final

from wardian.base.errors import ConfigError
from wardian.environments.manifest import MANIFEST
from wardian.environments.packs import bundled_roots, find_pack

__all__ = ["new_pack"]

DECLARATIVE: Final = Path(__file__).parent / "scaffold"
IN_PYTHON: Final = "library"
PYTHON_FILES: Final = (MANIFEST, "environment.py")


def new_pack(folder: Path, name: str, *, python: bool) -> None:
    """Put a pack called `name` into `folder`; it passes `wardian envs check` as it is.

    Raises:
        ConfigError: when something is in the way.
    """
    if folder.exists():
        raise ConfigError(f"{folder}: is there already; choose another name")
    source = find_pack(IN_PYTHON, bundled_roots()[-1:]) if python else DECLARATIVE
    files = PYTHON_FILES if python else [path.name for path in source.iterdir() if path.is_file()]
    try:
        folder.mkdir(parents=True)
        for file in files:
            shutil.copyfile(source / file, folder / file)
        manifest = folder / MANIFEST
        text = re.sub(r"(?m)^name: .*$", f"name: {name}", manifest.read_text(encoding="utf-8"), count=1)
        manifest.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written ({error.strerror})") from error
