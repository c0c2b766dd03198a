"""`wardian envs serve` says what is wrong before it listens."""

import subprocess
import sys
from pathlib import Path

import httpx
import orjson
import pytest

from wardian.base.errors import ConfigError
from wardian.cli.serving import Serving, read_serving, serve_pack
from wardian.environments.packs import load_pack
from wardian.scoring.score import Scored
from wardian.specs.environments import EnvironmentSpec

ROOT = Path(__file__).resolve().parents[2]
PACK = load_pack(EnvironmentSpec(pack="library"), [ROOT / "envs"])


def test_it_says_where_it_listens_and_keeps_the_record_of_what_is_open_at_its_end(tmp_path: Path) -> None:
    record = tmp_path / "records.jsonl"
    words = ["-m", "wardian", "envs", "serve", "library", "--rule", f"record={record}"]
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        url = orjson.loads(process.stdout.readline())["url"]
        assert url.startswith("http://127.0.0.1:")
        opened = httpx.post(f"{url}/sessions", json={"agent": "mine"})
        assert opened.json()["messages"][-1]["role"] == "user"
        process.terminate()
        assert process.wait(timeout=30) == 0
    (line,) = record.read_text().splitlines()
    scored = Scored.model_validate_json(line)
    assert (scored.episode.spec.agent.name, scored.value("success")) == ("mine", 0.0)


def test_rules_are_read() -> None:
    serving = read_serving("t", 80, ["sessions=3", "idle_s=2.5", "record=a=b.jsonl"])
    assert serving == Serving(task="t", port=80, sessions=3, idle_s=2.5, record=Path("a=b.jsonl"))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("session=3", "--rule session: did you mean 'sessions'"),
        ("sessions=0", "--rule sessions=0: Input should be greater than 0"),
        ("seed", "--rule seed=: Input should be a valid integer"),
    ],
)
def test_wrong_rules_are_named(rule: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_serving(None, 0, [rule])


def test_a_task_that_is_not_there_and_a_record_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="pack 'library' has no task 'x'"):
        serve_pack(PACK, Serving(task="x"), mcp=False)
    with pytest.raises(ConfigError, match="--rule record="):
        serve_pack(PACK, Serving(record=tmp_path), mcp=False)
