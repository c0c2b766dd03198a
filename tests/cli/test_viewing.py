"""`wardian report` and `wardian view`: where the page goes, and what is said."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import orjson
from cli.conftest import Wardian

from wardian.runs.folder import RunFolder


def only_run(project: Path) -> Path:
    return RunFolder.find("last", project / "runs").path


def test_the_end_of_a_run_names_the_command_that_shows_its_report(project: Path, wardian: Wardian) -> None:
    done = wardian("run", "job.yaml")
    (line,) = [line for line in done.out.splitlines() if line.startswith("report ")]
    assert line.endswith(f"wardian view {only_run(project).name}")


def test_the_report_goes_into_the_folder_of_the_run(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    told = wardian("report")
    page = only_run(project) / "report.html"
    assert told.code == 0, told.err
    assert told.out.startswith(f"{page}: open it in a browser; what it loads is in report-data/")
    assert b"wardianShelf(0," in (page.parent / "report-data" / "0.js").read_bytes()
    assert b'"job":"small"' in page.read_bytes()


def test_or_where_one_says(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    wardian("report", only_run(project).name, "--to", "mine.html")
    assert (project / "mine.html").exists()
    assert [path.name for path in (project / "mine-data").iterdir()] == ["0.js"]


def test_a_run_without_results_has_no_report(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    folder = only_run(project)
    for log in (folder / "manifest").iterdir():
        log.unlink()
    told = wardian("report")
    assert (told.code, told.err) == (2, f"wardian: {folder.name}: no episode has a result yet\n")


def test_view_says_where_it_listens_and_serves_until_it_is_told_to_end(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    words = [sys.executable, "-m", "wardian", "view"]
    with subprocess.Popen(words, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = orjson.loads(process.stdout.readline())["url"]
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/report-data/0.js").text.startswith("wardianShelf(0,")
        process.terminate()
        assert process.wait(timeout=30) == 0
        assert process.stderr.read() == f"{only_run(project).name}: open this address in a browser; Ctrl-C ends it\n"


def test_a_port_that_somebody_else_has_is_named(project: Path, wardian: Wardian) -> None:
    wardian("run", "job.yaml")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = wardian("view", "--port", str(port))
    assert told.code == 2
    assert told.err == f"wardian: --port {port}: Address already in use\n"


def test_decisive_steps_are_in_the_page_once_somebody_has_looked_for_them(project: Path, wardian: Wardian) -> None:
    assert wardian("run", "job.yaml").code == 0
    page = only_run(project) / "report.html"
    assert wardian("report").code == 0
    assert '"detector":"decisive_step"' not in page.read_text()
    assert wardian("failures", "--decisive").code == 0
    assert wardian("report").code == 0
    assert '"detector":"decisive_step"' in page.read_text()
