"""`wardian compare`: what it prints, and with which code it exits."""

from pathlib import Path

import orjson
from cli.conftest import Wardian

JOB = """\
name: {name}
environments: [{{pack: counter, knobs: {{tasks: 6}}, tasks: {tasks}}}]
agents: [{{kind: {kind}, name: arm}}]
tracking: {{enabled: false}}
"""


def played(project: Path, wardian: Wardian, name: str, kind: str, tasks: int = 6) -> str:
    (project / "job.yaml").write_text(JOB.format(name=name, kind=kind, tasks=tasks))
    wardian("run", "job.yaml")
    (run,) = (path.name for path in (project / "runs").glob(f"{name}-*"))
    return run


def test_what_got_worse_fails_where_that_is_a_limit(project: Path, wardian: Wardian) -> None:
    good, bad = played(project, wardian, "good", "reference"), played(project, wardian, "bad", "idle", tasks=5)
    plain = wardian("compare", good, bad)
    assert plain.code == 0
    assert "-100.0" in plain.out
    assert "the other run has not played them: 1 before, 0 after" in " ".join(plain.out.split())
    assert wardian("compare", good, bad, "--max-drop", "success=0.02").code == 1
    assert wardian("compare", bad, good, "--rule-out", "success=0.02").code == 0


def test_the_verdict_is_also_the_last_thing_that_one_reads(project: Path, wardian: Wardian) -> None:
    good, bad = played(project, wardian, "good", "reference"), played(project, wardian, "bad", "idle")
    limited = wardian("compare", good, bad, "--max-drop", "success=0.02").out
    assert limited.split("\n", 1)[0].rstrip().endswith("1 of 1 limits failed")
    assert limited.rindex("1 of 1 limits failed") > limited.index("went worse")
    assert limited.rstrip().endswith("FAILED")
    assert wardian("compare", good, bad).out.count("→") == 1


def test_json_and_markdown(project: Path, wardian: Wardian) -> None:
    good, bad = played(project, wardian, "good", "reference"), played(project, wardian, "bad", "idle")
    done = wardian("compare", good, bad, "--json", "--max-drop", "success=0.02")
    document = orjson.loads(done.out)
    assert (done.code, document["passed"], document["before"], document["after"]) == (1, False, good, bad)
    assert len(document["arms"][0]["flips"]) == 6
    text = wardian("compare", good, bad, "--markdown").out
    assert text.startswith(f"## {good} → {bad}\n")
    assert "| success↑ | 100.0 % | 0.0 % |" in text


def test_a_mistake_is_one_line(project: Path, wardian: Wardian) -> None:
    good = played(project, wardian, "good", "reference")
    for words in (("--arm", "amr"), ("--max-drop", "sucess=1"), ("--rule-out", "success")):
        done = wardian("compare", good, good, *words)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert wardian("compare", good, "nothing").code == 2


def test_two_arms_of_one_run(project: Path, wardian: Wardian) -> None:
    (project / "job.yaml").write_text(
        JOB.format(name="both", kind="idle", tasks=6).replace("}]\ntr", "}, {kind: reference}]\ntr")
    )
    wardian("run", "job.yaml")
    document = orjson.loads(wardian("compare", "last", "last", "--arm", "arm=reference", "--json").out)
    (change,) = document["arms"]
    assert (change["before"], change["after"], change["pairs"]) == ("arm", "reference", 6)
    assert change["metrics"][0]["difference"]["value"] == 1.0
