"""Finding environment packs on disk and loading them.

A pack is a folder with a `pack.yaml` and a Python module that defines
`open_pack(context: PackContext) -> Pack`, or a `world.yaml` that needs none. The folder needs no
`__init__.py` and no installation; its modules import each other relatively (`from .shop import Shop`).
"""

import importlib.util
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from wardian.base.errors import ConfigError
from wardian.base.identity import digest
from wardian.base.shipped import shipped
from wardian.environments.context import PackContext
from wardian.environments.declarative.pack import open_world
from wardian.environments.manifest import MANIFEST, PackManifest, read_manifest
from wardian.environments.pack import Pack
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = [
    "CERTIFICATE",
    "PackContext",
    "available_packs",
    "bundled_roots",
    "files_digest",
    "find_pack",
    "load_pack",
    "load_packs",
]

CERTIFICATE = "certificate.json"
ENTRY_POINT = "open_pack"
MISTAKES = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What comes of mistakes in a pack's code."""


def bundled_roots() -> tuple[Path, ...]:
    """Where packs are looked for: `envs` in the working directory, then those that come with Wardian."""
    candidates = (Path.cwd() / "envs", shipped("envs"))
    return tuple(dict.fromkeys(root for root in candidates if root.is_dir()))


def available_packs(roots: Sequence[Path]) -> dict[str, Path]:
    """Folder names of all packs below `roots` with their folders; the first root that has a name wins."""
    found: dict[str, Path] = {}
    for root in roots:
        for manifest in sorted(root.glob(f"*/{MANIFEST}")):
            found.setdefault(manifest.parent.name, manifest.parent)
    return found


def find_pack(name: str, roots: Sequence[Path]) -> Path:
    """The folder of the pack called `name`.

    Raises:
        ConfigError: naming the nearest pack there is.
    """
    packs = available_packs(roots)
    if name not in packs:
        raise ConfigError(f"there is no environment pack '{name}'; {nearest(name, packs)}")
    return packs[name]


def load_pack(spec: EnvironmentSpec, roots: Sequence[Path]) -> Pack:
    """Load the pack that `spec` names, with its knobs.

    Raises:
        ConfigError: one line, when pack, knobs, manifest or module are wrong; of a world, one for each mistake.
    """
    folder = find_pack(spec.pack, roots)
    manifest = read_manifest(folder)
    knobs = manifest.bind(spec.knobs)
    files = files_digest(folder)
    context = PackContext(folder, manifest, knobs, digest(["pack", files, knobs], length=32))
    if manifest.world is not None:
        return open_world(context, manifest.world)
    entry = _entry_point(folder, manifest, files)
    try:
        opened = entry(context)
    except MISTAKES as error:
        told = f"{type(error).__name__}: {error}"
        raise ConfigError(f"{folder / manifest.module}: {ENTRY_POINT} fails: {told}") from error
    if not isinstance(opened, Pack):
        raise ConfigError(f"{folder / manifest.module}: {ENTRY_POINT} gave {type(opened).__name__}, not a Pack")
    return opened


def load_packs(job: JobSpec, roots: Sequence[Path]) -> dict[str, Pack]:
    """The job's packs by their names in results.

    Raises:
        ConfigError: when one is not there or its knobs are wrong; begins with the key.
    """
    return {spec.label: _pack(f"environments.{index}", spec, roots) for index, spec in enumerate(job.environments)}


def _pack(key: str, spec: EnvironmentSpec, roots: Sequence[Path]) -> Pack:
    try:
        return load_pack(spec, roots)
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from error


def files_digest(folder: Path) -> str:
    """Hash of all the pack's files, whatever the machine; caches, hidden files and its certificate do not count."""
    total = sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        relative = path.relative_to(folder)
        if (
            relative.as_posix() != CERTIFICATE
            and path.is_file()
            and not any(part.startswith((".", "__pycache__")) for part in relative.parts)
        ):
            total.update(sha256(relative.as_posix().encode()).digest())
            total.update(sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _entry_point(folder: Path, manifest: PackManifest, files: str) -> Callable[[PackContext], object]:
    path = folder / manifest.module
    module = _module(f"wardian_pack_{manifest.name}_{files[:16]}", path)
    entry = getattr(module, ENTRY_POINT, None)
    if not callable(entry):
        raise ConfigError(f"{path}: defines no function {ENTRY_POINT}(context)")
    found: Callable[[PackContext], object] = entry
    return found


def _module(name: str, path: Path) -> ModuleType:
    """The module at `path`, as a package so that its neighbours can be imported relatively.

    The name holds the hash of the files: an edited pack is another module, an equal one is loaded once.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=[str(path.parent)])
    if spec is None or spec.loader is None or not path.is_file():
        raise ConfigError(f"{path}: the pack's module is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (ImportError, SyntaxError) as error:
        raise ConfigError(f"{path}: cannot be imported: {error}") from error
    finally:
        if not hasattr(module, ENTRY_POINT):
            sys.modules.pop(name, None)
    return module
