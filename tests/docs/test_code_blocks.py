"""Every code block of README.md and docs/ is what it claims to be.

Python runs, whole jobs load, fragments of jobs fit into one, and command lines are understood by the commands
that they name. Those that cost nothing are typed in, page by page, in a folder like a fresh checkout; what
the page shows as their output must come out (`…` stands for anything).
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from support.pages import PAGES, ROOT, Block, Command, blocks, blocks_of, commands, inline_commands, label

from wardian.cli.main import app, main
from wardian.environments.manifest import PackManifest
from wardian.environments.packs import available_packs, bundled_roots, load_pack, load_packs
from wardian.runs.plan import Plan
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.load import load
from wardian.specs.registered import RegisteredText

LANGUAGES = {"bash", "console", "python", "yaml", ""}
ELSEWHERE = {
    "docs/concepts/models.md": "tests/models/test_concept_page.py",
    "docs/concepts/programs.md": "tests/environments/programs/test_concept_page.py",
    "docs/concepts/results.md": "tests/storage/test_docs.py",
    "docs/concepts/scoring.md": "tests/scoring/test_concept_page.py",
    "docs/guides/bfcl.md": "tests/envs/test_bfcl.py",
    "docs/guides/export.md": "tests/tracking/test_mlflow_scorers.py",
    "docs/guides/first-environment.md": "tests/environments/test_first_environment.py",
    "docs/guides/gateway.md": "tests/gateway/test_guide.py",
}
"""Pages whose Python has a test of its own, because it needs tables, a package or a pack's folder."""
OWN_COMMANDS = {"docs/guides/own-endpoint.md": "tests/specs/test_own_endpoint_guide.py"}
"""Pages whose commands have a test of their own: this one shows the error of a file that it does not show."""
OTHERS = {".", "cd", "curl", "docker", "export", "inspect", "kubectl", "pip", "vllm"}
"""First words of commands that are not ours and cannot be checked here."""
BASE = {"name": "fragment", "environments": [{"pack": "retail"}], "agents": [{"kind": "idle"}]}
FEW = 20
JOBS = {"jobs/evaluate.py": "run", "jobs/fuse.py": "fuse", "jobs/refine.py": "refine", "jobs/sweep.py": "sweep"}


def by_name(value: object) -> str:
    return value.name if isinstance(value, Block) else label(value) if isinstance(value, Path) else str(value)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what commands on the pages name; the working directory."""
    for name in ("configs", "envs", "jobs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "my_agents.py").touch()  # a plan reads it, and only a run needs what is in it
    (tmp_path / "tasks.yaml").write_text("- {id: one, prompt: Hello, checks: [{matches: Hello}]}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for variable in ("RAY_ADDRESS", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.mark.parametrize("block", blocks(), ids=by_name)
def test_languages_are_known(block: Block) -> None:
    assert block.language in LANGUAGES


def test_every_page_was_found() -> None:
    assert {label(page) for page in PAGES} >= {"README.md", "docs/quickstart.md", *ELSEWHERE, *OWN_COMMANDS}
    assert len(blocks("python")) >= len(ELSEWHERE)


# Python


@pytest.mark.parametrize("page", ELSEWHERE)
def test_python_is_run_elsewhere(page: str) -> None:
    test = (ROOT / ELSEWHERE[page]).read_text(encoding="utf-8")
    assert Path(page).name in test
    assert "python" in test


@pytest.mark.parametrize("block", [b for b in blocks("python") if label(b.page) not in ELSEWHERE], ids=by_name)
def test_python_runs(block: Block, checkout: Path) -> None:
    words = [sys.executable, "-W", "error", "-c", block.text]
    done = subprocess.run(words, cwd=checkout, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# YAML


class Shelf:
    """A registry that has everything that may be asked for."""

    def read(self, reference: str, uri: str | None, output: str | None) -> RegisteredText:
        form = re.fullmatch(r"prompts:/([\w.-]+)(?:@\w+|/(\d+))", reference)
        assert form is not None, reference
        name, version = form.groups()
        return RegisteredText(name=name, version=int(version or 1), text="Be kind.")


def is_job(document: Mapping[str, Any]) -> bool:
    return {"environments", "agents"} <= set(document)


def open_world_of(block: Block, checkout: Path) -> None:
    """A `world.yaml` makes a pack together with the page's `pack.yaml`."""
    manifest = next(other for other in blocks("yaml") if other.page == block.page and other.file == "pack.yaml")
    name = yaml.safe_load(manifest.text)["name"]
    folder = checkout / "envs" / name
    folder.mkdir()
    (folder / "pack.yaml").write_text(manifest.text, encoding="utf-8")
    (folder / "world.yaml").write_text(block.text, encoding="utf-8")
    assert load_pack(EnvironmentSpec(pack=name), [folder.parent]).tasks()


@pytest.mark.parametrize("block", blocks("yaml"), ids=by_name)
def test_yaml_is_a_job_a_part_of_one_or_a_pack(block: Block, checkout: Path) -> None:
    document = yaml.safe_load(block.text)
    if set(document) <= set(PackManifest.model_fields):
        PackManifest.model_validate(document)
        return
    if "tables" in document:
        open_world_of(block, checkout)
        return
    text = block.text if is_job(document) else json.dumps({**BASE, **document})
    path = checkout / "configs" / "block.yaml"
    path.write_text(text, encoding="utf-8")
    job = load(path, environ={}, registry=Shelf())
    if {environment.pack for environment in job.environments} <= set(available_packs(bundled_roots())):
        assert len(Plan(job, load_packs(job, bundled_roots()))) > 0


# Commands


def parse(command: Any, words: list[str], *, needs_all: bool = True) -> None:
    """Let `command` (of click, as typer or Ray bring it) read `words`; nothing is started."""
    context = command.make_context("", words, resilient_parsing=not needs_all)
    while hasattr(command, "resolve_command"):
        _, command, words = command.resolve_command(context, words)
        words = [word for word in words if word != "--debug"]
        context = command.make_context("", list(words), parent=context, resilient_parsing=not needs_all)


def check_wardian(words: list[str]) -> None:
    group = typer.main.get_command(app)
    rest = [word for word in words if word != "--debug"]
    if set(rest) & {"--help", "--version"}:
        rest = [word for word in rest if word not in {"--help", "--version"}]
        if not rest:
            return
    parse(group, rest)


def check_ray(words: list[str]) -> None:
    """Ray's own parser reads the line; what is shipped exists, and the job's words are those of `wardian run`."""
    from ray.scripts.scripts import cli

    own, entrypoint = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
    command: Any = cli
    for name in own:
        if not hasattr(command, "commands") or name not in command.commands:
            break
        command, own = command.commands[name], own[1:]
    command.make_context("ray", [*own, *(["--", *entrypoint] if entrypoint else [])])
    if "--runtime-env-json" in own:
        environment = json.loads(own[own.index("--runtime-env-json") + 1])
        assert all((ROOT / module / "__init__.py").is_file() for module in environment["py_modules"])
        assert entrypoint[0] == "python"
        check_python(entrypoint[1:])


def check_python(words: list[str]) -> None:
    assert (ROOT / words[0]).is_file()
    if words[0] in JOBS:
        check_wardian([JOBS[words[0]], *words[1:]])


def check_make(words: list[str]) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(words) <= set(targets)


CHECKS = {"wardian": check_wardian, "ray": check_ray, "python": check_python, "make": check_make}


@pytest.mark.parametrize("block", blocks("console", "bash"), ids=by_name)
def test_commands_are_understood(block: Block) -> None:
    found = commands(block)
    assert found
    for words in (command.words for command in found if command.words):
        if words[0] in CHECKS:
            CHECKS[words[0]](words[1:])
        else:
            assert words[0] in OTHERS, words


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_commands_in_the_text_are_understood(page: Path) -> None:
    """In a sentence an argument may be left out or be an ellipsis; a command or an option may not be invented."""
    group: Any = typer.main.get_command(app)
    for line in inline_commands(page):
        words = [word for word in Command(line).words[1:] if word not in {"…", "--debug", "--help"}]
        if words and words[0] != "COMMAND":
            assert words[0] in group.commands, line
            known = {option for parameter in group.commands[words[0]].params for option in parameter.opts}
            known |= {option for parameter in group.commands[words[0]].params for option in parameter.secondary_opts}
            assert {word for word in words if word.startswith("--")} <= known, line


# Commands that cost nothing


def is_cheap(words: list[str]) -> bool:
    """Whether a line of `wardian` may be typed in here: it sends nothing and starts nothing."""
    if words[0] in {"doctor", "init", "schema", "validate"} or set(words) & {"--dry-run", "--help", "--version"}:
        return True
    if words[:2] == ["envs", "check"]:
        return words[2:] != ["PACK"] and Path("envs", words[2]).is_dir()
    return words[0] == "run" and Path(words[1]).is_file() and is_small(Path(words[1]))


def is_small(config: Path) -> bool:
    """A job of a few episodes without a model."""
    job = load(config, environ={})
    if job.models or job.executor.kind != "local" or job.tracking.enabled:
        return False
    return len(Plan(job, load_packs(job, bundled_roots()))) <= FEW


def is_refused(command: Command) -> bool:
    """Whether the page shows the line with which it ends before anything begins."""
    return any(line.startswith("wardian: ") for line in command.shown)


def shows(line: str, printed: str) -> bool:
    """Whether `printed` begins as the page's `line` says; columns may be wider or narrower."""
    pattern = ".*".join(re.escape(" ".join(part.split())) for part in re.split(r"\s*…\s*", line))
    return re.match(pattern, " ".join(printed.split())) is not None


class Reader:
    """Does what a page says, from top to bottom."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd
        self.typed: list[str] = []

    def read(self, page: Path) -> None:
        for block in blocks_of(page):
            if block.file is not None and block.language in {"yaml", "python"}:
                path = Path(block.file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
            elif block.language in {"console", "bash"}:
                for command in commands(block):
                    self._type(command)

    def _type(self, command: Command) -> None:
        match command.words:
            case ["cd", folder]:
                self._monkeypatch.chdir(folder)
            case ["export", assignment]:
                name, _, value = assignment.partition("=")
                self._monkeypatch.setenv(name, value.replace("…", "not-a-real-key"))
            case ["wardian", *words] if is_cheap(words) or is_refused(command):
                self._run(command, words)

    def _run(self, command: Command, words: list[str]) -> None:
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(words)
        out, err = self._capfd.readouterr()
        assert bool(left.value.code) == is_refused(command), f"{command.line}\n{out}{err}"
        for line in command.shown:
            assert any(shows(line, printed) for printed in (out + err).splitlines()), f"{line}\nis not in\n{out}{err}"
        self.typed.append(command.line)


@pytest.mark.parametrize("page", [p for p in PAGES if label(p) not in OWN_COMMANDS], ids=by_name)
def test_what_costs_nothing_is_typed_in(
    page: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(monkeypatch, capfd)
    reader.read(page)
    if label(page) == "README.md":
        assert [line.split()[1] for line in reader.typed] == ["init", "validate", "run", "envs", "run"]
