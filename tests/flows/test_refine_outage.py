"""A reflection model that answers nobody pauses a campaign: nothing is decided by that, and it goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
import yaml
from support.campaign_project import campaign_project, counting


class Unwell(BaseHTTPRequestHandler):
    """Has models, and no answers."""

    status = 503

    def do_GET(self) -> None:
        self._say(200, b'{"data": [{"id": "reflection-model"}]}')

    def do_POST(self) -> None:
        self._say(self.status, b'{"error": {"message": "come back later"}}')

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""

    def _say(self, status: int, body: bytes) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def unwell(status: int) -> Iterator[str]:
    handler = type("UnwellSo", (Unwell,), {"status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()


@pytest.mark.parametrize(("status", "code"), [(503, 3), (401, 5)])
def test_a_campaign_whose_reflection_model_answers_nobody_is_paused_and_goes_on(
    tmp_path: Path, status: int, code: int
) -> None:
    with counting(tmp_path) as provider, unwell(status) as nowhere:
        project = campaign_project(tmp_path / "project", provider, gate={"pairs": 40})
        job = project.folder / "job.yaml"
        config = yaml.safe_load(job.read_text())
        place = config["models"]["reflection-model"]["base_url"]
        config["models"]["reflection-model"] |= {"base_url": nowhere, "max_retries": 0}
        job.write_text(yaml.safe_dump(config))
        project.done("refine", "job.yaml", code=code)
        assert (project.record.stop, project.record.candidates) == (None, ())
        assert orjson.loads(project.done("status", "last", "--json"))["state"] == "paused"
        project.done("resume", "last", "--set", f"models.reflection-model.base_url={place}")
        record = project.record
    assert record.stop is not None
    assert record.candidates
    assert not [each for each in record.candidates if "gave no answer" in each.refused]
