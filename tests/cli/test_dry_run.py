"""`run --dry-run` and `validate`: what they say of money before any is spent."""

from pathlib import Path

import orjson
import pytest
from cli.conftest import Wardian

from wardian.cli.wording import amount, counted, dollars, whole

JOB = """\
name: dry
environments: [{pack: counter, knobs: {tasks: 4}}]
models:
  m: {base_url: "https://x.invalid/v1", price: {input: 1, output: 4, as_of: 2025-01-31}}
  n: {base_url: "https://x.invalid/v1"}
agents:
  - {name: a, model: m, sampling: {max_tokens: 100}}
"""
OTHER = "  - {name: b, model: n, sampling: {max_tokens: 100}}\n"


def dry(project: Path, wardian: Wardian, more: str = "", *options: str) -> str:
    (project / "job.yaml").write_text(JOB + more)
    done = wardian("run", "job.yaml", "--dry-run", *options)
    assert (done.code, done.err) == (0, "")
    assert not (project / "runs").exists()
    return done.out


def test_one_arm_with_a_price(project: Path, wardian: Wardian) -> None:
    lines = dry(project, wardian).splitlines()
    assert lines[0] == "dry: 4 episodes = 4 tasks x 1 arm x 1 repeat"
    assert [line.split(": ")[0] for line in lines[1:5]] == ["model calls", "tokens read", "tokens written", "cost"]
    assert all(" low, " in line and " expected, " in line and line.endswith(" max") for line in lines[1:5])
    assert lines[5].startswith(
        "power: 4 tasks x 1 repeat show differences of 93 points of success; 3 points need 3,876 "
    )
    assert lines[6].startswith("max: limits.turns (30) used up, each answer as long as it may be, ")
    assert lines[7].endswith("(2025-01-31): m; see whether they still hold")
    assert len(lines) == 8


def test_too_few_tasks_are_said_to_be_too_few(project: Path, wardian: Wardian) -> None:
    said = dry(project, wardian, "", "--set", "environments.0.tasks=1", "--set", "repeats=2")
    assert (
        "power: 1 task x 2 repeats are too few to show that one arm is better; 3 points need 2,423 tasks x 2\n" in said
    )


def test_an_unknown_price_is_never_nothing(project: Path, wardian: Wardian) -> None:
    said = dry(project, wardian, OTHER)
    assert "cost: unknown, there is no price for n\n" in said
    [row] = [line.split() for line in said.splitlines() if line.strip().startswith("b ")]
    assert row[-1] == "unknown"


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("budget: {usd: 0.001}", "budget: $0.001; the max exceeds it: the run may pause"),
        ("budget: {usd: 100, requests: 1000}", "budget: $100.00, 1,000 requests; the max fits"),
        ("budget: {tokens: 10}", "budget: 10 tokens; the max exceeds it: the run may pause"),
        ("cache: {mode: replay}", "cost: nothing, all answers come out of the reply cache"),
    ],
)
def test_budget_and_replay(project: Path, wardian: Wardian, more: str, line: str) -> None:
    assert line in dry(project, wardian, more).splitlines()


def test_who_asks_as_often_as_it_likes_is_not_free(project: Path, wardian: Wardian) -> None:
    own = "kind: process, name: b, command: ['true'], model: m, sampling: {max_tokens: 100}"
    said = dry(project, wardian, f"  - {{{own}}}\nbudget: {{usd: 100}}\n").splitlines()
    assert "not estimated: b, for an agent of your own asks its model as often as it likes" in said
    assert "budget: $100.00; the max fits, without what is not estimated" in said
    alone = dry(project, wardian, "", "--set", f"agents=[{{{own}}}]").splitlines()
    assert "cost: unknown, what is asked cannot be estimated" in alone


def test_a_user_with_a_models_voice_has_a_row(project: Path, wardian: Wardian) -> None:
    said = dry(project, wardian, "", "--set", "environments.0.user={model: m}")
    assert any(line.strip().startswith("user of counter ") for line in said.splitlines())
    assert "max unknown: sampling.max_tokens of who asks, or max_output_tokens of the model, " in said


def test_json_has_every_arm_and_the_total(project: Path, wardian: Wardian) -> None:
    document = orjson.loads(dry(project, wardian, OTHER, "--json"))
    assert [arm["arm"] for arm in document["asking"]] == ["a", "b"]
    assert document["asking"][1]["usd"] is None
    assert document["power"]["tasks"] == 4
    assert document["power"]["visible"] == pytest.approx(0.934, abs=0.001)
    assert document["total"]["calls"]["low"] == 2 * document["asking"][0]["calls"]["low"]


def test_validate_names_prices_that_are_old(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(JOB)
    first, second = wardian("validate", "job.yaml").out.splitlines()
    assert first == "job.yaml: ok: 4 episodes, 1 arm, 1 environment"
    assert second.startswith("prices: looked up ")


def test_numbers_as_people_write_them() -> None:
    assert [amount(number) for number in (0, 999, 1_000, 12_345, 4.5e6, 2e13)] == [
        "0",
        "999",
        "1k",
        "12.3k",
        "4.5M",
        "20T",
    ]
    assert [counted(number, "arm") for number in (0, 1, 1_200)] == ["0 arms", "1 arm", "1,200 arms"]
    assert [dollars(usd) for usd in (0, 0.0012, 0.1, 1_234.5)] == ["$0.00", "$0.0012", "$0.10", "$1,234.50"]
    assert whole(1_234.4) == "1,234"
