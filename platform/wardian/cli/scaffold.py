"""`wardian init`: a project that runs at once, from what comes with Wardian."""

import shutil
from pathlib import Path

from wardian.base.errors import ConfigError
from wardian.base.shipped import shipped

__all__ = ["start_project"]

CONFIGS = (
    "quickstart.yaml",
    "prompts",
    "openrouter.yaml",
    "library.yaml",
    "fusion.yaml",
    "refine_support.yaml",
    "sweep_prompts.yaml",
)
FIRST_PACK = "library"
IGNORED = "runs/\n.venv/\n__pycache__/\n"
WELCOME = """# {name}

    wardian run configs/quickstart.yaml      # two simulated models, two prompts: no key, no cost
    wardian results                          # the leaderboard again
    wardian fuse "What is 6 times 7?"        # models that answer as one, by configs/fusion.yaml
    wardian refine configs/refine_support.yaml # a prompt with a bad rule, made better: simulated as well
    wardian sweep configs/sweep_prompts.yaml # prompts and settings, compared on common tasks: the same
    wardian validate configs/openrouter.yaml # your own endpoint: needs OPENROUTER_API_KEY

`envs/` holds environments of your own; Wardian looks there first. `envs/library` is a small one to change:

    wardian run configs/library.yaml

`runs/` holds the results.
"""


def start_project(folder: Path) -> str:
    """Fill `folder` and say what to do next.

    Raises:
        ConfigError: when something is in the way.
    """
    project = folder.resolve()
    if project.exists() and (not project.is_dir() or any(project.iterdir())):
        raise ConfigError(f"{folder}: is not an empty folder; choose another one")
    try:
        _fill(project)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written ({error.strerror})") from error
    enter = "" if project == Path.cwd() else f"cd {folder} && "
    return f"{project.name}: ready. Next: {enter}wardian run configs/quickstart.yaml"


def _fill(project: Path) -> None:
    (project / "envs").mkdir(parents=True)
    (project / "configs").mkdir()
    for name in CONFIGS:
        _copy(shipped("configs") / name, project / "configs" / name)
    _copy(shipped("envs") / FIRST_PACK, project / "envs" / FIRST_PACK)
    (project / ".gitignore").write_text(IGNORED)
    (project / "README.md").write_text(WELCOME.format(name=project.name))


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)
