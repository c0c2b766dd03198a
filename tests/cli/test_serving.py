"""`wardian envs serve` says what is wrong before it listens."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.cli.serving import Serving, read_serving, serve_pack
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec

PACK = load_pack(EnvironmentSpec(pack="library"), [Path(__file__).resolve().parents[2] / "envs"])


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
