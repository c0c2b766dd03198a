"""Spans of a run, asked for by the environment or the config."""

import subprocess
import sys
from pathlib import Path

import pytest
from cli.conftest import JOB, Wardian
from support.otlp import receiving

from wardian.runs.folder import RunFolder

WITHOUT = """
import sys
sys.modules["opentelemetry.exporter.otlp"] = None
from wardian.cli.main import main
main(["run", "job.yaml"])
"""
LOADED = """
import sys
from wardian.cli.main import main
try:
    main(["run", "job.yaml"])
except SystemExit as left:
    assert not left.code
makers = [name for name in sys.modules if name.startswith("wardian.tracking.") and "span" in name]
makers.remove("wardian.tracking.span")  # what one is, the outbox knows
print([*makers, *(name for name in sys.modules if name.startswith("opentelemetry"))])
"""


def test_spans_of_a_run_go_where_the_environment_says(
    project: Path, wardian: Wardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.base)
        done = wardian("run", "job.yaml")
        assert done.code == 0, done.err
        names = collector.names
        assert names.count("invoke_agent reference") == 4
        assert names.count("invoke_agent idle") == 4
        assert names.count("execute_tool add") > 0
        collector.requests.clear()
        assert wardian("resume", "last").code == 0
        assert collector.names == [], "what was sent is not sent again"
    assert RunFolder.find("last", project / "runs").job().telemetry.otlp == f"{collector.base}/v1/traces"


def test_a_collector_that_is_away_changes_nothing(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(JOB + "telemetry: {otlp: 'http://127.0.0.1:9'}\n")
    done = wardian("run", "job.yaml", "--set", "environments.0.tasks=1")
    assert done.code == 0
    assert "spans: those of 2 of 2 episodes are lost" in done.err
    assert "Traceback" not in done.err


def test_without_the_extra_nothing_begins(project: Path) -> None:
    (project / "job.yaml").write_text(JOB + "telemetry: {otlp: 'http://127.0.0.1:9'}\n")
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, cwd=project)
    assert done.returncode == 2
    assert "telemetry.otlp: needs the extra `otel`: pip install 'wardian[otel]'" in done.stderr
    assert not (project / "runs").exists()


def test_nobody_who_wants_no_spans_pays_for_them(project: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
