"""Running the command line inside the test process: fast, and with the code it would exit with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from wardian.cli.main import main

JOB = """\
name: small
environments:
  - {pack: counter, knobs: {tasks: 4}}
agents:
  - {kind: reference}
  - {kind: idle}
tracking: {enabled: false}
"""


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    code: int
    out: str
    err: str


Wardian = Callable[..., Finished]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pack and a job, which is the working directory."""
    pack = Path(__file__).parents[1] / "support" / "packs" / "counter"
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "counter").symlink_to(pack)
    (tmp_path / "job.yaml").write_text(JOB)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def wardian(capfd: pytest.CaptureFixture[str]) -> Wardian:
    """`wardian("run", "job.yaml")` as a person would type it."""

    def run(*words: str) -> Finished:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(words)
        out, err = capfd.readouterr()
        return Finished(int(left.value.code or 0), out, err)

    return run


@pytest.fixture(scope="session")
def empty_mlflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store `mlflow.db`, to be copied; MLflow takes seconds to make one."""
    from mlflow import MlflowClient

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    MlflowClient(f"sqlite:///{path}").search_experiments()
    return path
