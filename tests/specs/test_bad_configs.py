"""Every mistake is one line: where, which key, what is wrong and what would be right."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.specs.load import load

GOOD = """\
name: try
environments:
  - pack: retail
    tasks: 2
agents:
  - name: strong
    model: sim
    prompt: plain
prompts:
  plain: Be kind.
models:
  sim:
    server: local
    rpm: 60
servers:
  local:
    kind: simulator
    skills:
      sim: {accuracy: 0.9}
limits:
  turns: 5
"""

LIMITS = "call_s, examine_s, job_s, output_tokens, tool_errors, tool_s, turn_s, turns, wall_s"
TASKS = "a whole number of at least 1, 'all' or a list of texts with at least 1 item"

EDITS: list[tuple[str, str, str]] = [
    # Unknown keys
    ("    model: sim\n", "    model: sim\n    modle: sim\n", "8: agents.0.modle: unknown key; did you mean 'model'?"),
    ("limits:", "limit:", "20: limit: unknown key; did you mean 'limits'?"),
    ("  turns: 5", "  turn: 5", "21: limits.turn: unknown key; did you mean 'turns'?"),
    ("accuracy: 0.9", "acuracy: 0.9", "19: servers.local.skills.sim.acuracy: unknown key; did you mean 'accuracy'?"),
    ("turns: 5", "zzz: 5", f"21: limits.zzz: unknown key; valid: {LIMITS}"),
    (
        "limits:\n  turns: 5",
        "executor: {kind: ray, adress: auto}",
        "20: executor.adress: unknown key; did you mean 'address'?",
    ),
    # Tasks
    (
        "    tasks: 2\n",
        "    tasks: [a, b, a]\n",
        "4: environments.0.tasks.2: the task 'a' is named twice; `repeats` plays all tasks more often",
    ),
    (
        "    tasks: 2\n",
        "    tasks: []\n",
        f"4: environments.0.tasks: must be {TASKS}, not an empty list",
    ),
    # Missing keys
    ("name: try\n", "", "1: name: this key is required (a name of a-z, 0-9, - and _)"),
    ("  - pack: retail\n    tasks", "  - tasks", "3: environments.0.pack: this key is required (text)"),
    ("    kind: simulator\n", "", "16: servers.local.kind: this key is required ('simulator' or 'llamacpp')"),
    ("    model: sim\n", "", "6: agents.0.model: this key is required (text)"),
    # Kinds
    (
        "kind: simulator",
        "kind: simulater",
        "17: servers.local.kind: there is no kind 'simulater'; did you mean 'simulator'?",
    ),
    ("limits:", "executor: {kind: slurm}\nlimits:", "20: executor.kind: there is no kind 'slurm'; valid: local, ray"),
    (
        "  - name: strong",
        "  - kind: tool\n    name: strong",
        "6: agents.0.kind: there is no kind 'tool'; did you mean 'tools'?",
    ),
    (
        "limits:",
        "executor: ray\nlimits:",
        "20: executor: must be a mapping whose kind is 'local' or 'ray', not the text 'ray'",
    ),
    # Types and ranges
    (
        "rpm: 60",
        'rpm: "60"',
        "14: models.sim.rpm: must be a whole number of at least 1, not the text '60'; leave out the quotes",
    ),
    ("rpm: 60", "rpm: 0", "14: models.sim.rpm: must be a whole number of at least 1, not 0"),
    ("rpm: 60", "rpm: 1.5", "14: models.sim.rpm: must be a whole number of at least 1, not 1.5"),
    ("rpm: 60", "rpm: true", "14: models.sim.rpm: must be a whole number of at least 1, not true"),
    ("rpm: 60", "max_retries: 99", "14: models.sim.max_retries: must be a whole number from 0 to 20, not 99"),
    ("rpm: 60", "tools: nativ", "14: models.sim.tools: must be 'native' or 'text', not the text 'nativ'"),
    ("rpm: 60", "price: {input: -1, output: 2}", "14: models.sim.price.input: must be a number of at least 0, not -1"),
    (
        "rpm: 60",
        "price: {input: 1, output: 2, as_of: soon}",
        "14: models.sim.price.as_of: must be a date such as 2026-01-31, not the text 'soon'",
    ),
    ("accuracy: 0.9", "accuracy: 90", "19: servers.local.skills.sim.accuracy: must be a number from 0 to 1, not 90"),
    (
        "accuracy: 0.9",
        "accuracy: .inf",
        "19: servers.local.skills.sim.accuracy: must be a number from 0 to 1, not the text '.inf'",
    ),
    ("turns: 5", "wall_s: 0", "21: limits.wall_s: must be a number above 0, not 0"),
    ("turns: 5", "turns: no", "21: limits.turns: must be a whole number of at least 1, not the text 'no'"),
    ("limits:\n  turns: 5", "limits: [5]", "20: limits: must be a mapping, not a list of 1"),
    (
        "limits:\n  turns: 5",
        "tracking: {enabled: yes}",
        "20: tracking.enabled: must be true or false, not the text 'yes'",
    ),
    ("limits:\n  turns: 5", "seed: -1", "20: seed: must be a whole number of at least 0, not -1"),
    ("limits:\n  turns: 5", "output: 7", "20: output: must be text, not 7; put it in quotes"),
    (
        "limits:\n  turns: 5",
        "executor: {kind: ray, address: somewhere}",
        "20: executor.address: must be local, auto or host:port, not the text 'somewhere'",
    ),
    ("name: try", "name: My Try", "1: name: must be a name of a-z, 0-9, - and _, not the text 'My Try'"),
    (
        "name: strong",
        "name: a/b",
        "6: agents.0.name: must be a name of letters, digits and . _ + = @ -, not the text 'a/b'",
    ),
    (
        "  plain: Be kind.",
        "  plain: Be kind.\n  so so: x",
        '11: prompts."so so": must be a name of letters, digits and . _ + = @ -',
    ),
    (
        "tasks: 2",
        "tasks: some",
        f"4: environments.0.tasks: must be {TASKS}, not the text 'some'",
    ),
    ("tasks: 2", "tasks: [a, 001]", "4: environments.0.tasks.1: must be text, not 1; put it in quotes"),
    (
        "tasks: 2",
        "knobs: {noise: [1]}",
        "4: environments.0.knobs.noise: must be true or false, a whole number, a number or text, not a list of 1",
    ),
    (
        "environments:\n  - pack: retail\n    tasks: 2",
        "environments: []",
        "2: environments: must be a list with at least 1 item, not an empty list",
    ),
    (
        "agents:",
        "agents:\n  - idle",
        (
            "6: agents.0: must be a mapping whose kind is 'tools', 'reference', 'idle', 'callable' or 'process', "
            "not the text 'idle'"
        ),
    ),
    (
        "sim: {accuracy: 0.9}",
        'sim: {rules: [{pattern: "("}]}',
        (
            "19: servers.local.skills.sim.rules.0.pattern: "
            "not a regular expression: missing ), unterminated subpattern at position 0"
        ),
    ),
    # Names
    ("model: sim\n", "model: sin\n", "7: agents.0.model: there is no 'sin'; did you mean 'sim'?"),
    ("prompt: plain", "prompt: plane", "8: agents.0.prompt: there is no 'plane'; did you mean 'plain'?"),
    ("server: local", "server: remote", "13: models.sim.server: there is no 'remote'; valid: local"),
    (
        "      sim: {",
        "      smi: {",
        "13: models.sim.server: the server 'local' has no skill 'sim'; did you mean 'smi'?",
    ),
    ("    rpm: 60", "    model: x", "14: models.sim.model: the server 'local' has no skill 'x'; valid: sim"),
    (
        "prompts:",
        "  - {name: strong, model: sim}\nprompts:",
        "9: agents.1.name: the name 'strong' is already used by agents.0",
    ),
    (
        "agents:",
        "  - pack: retail\nagents:",
        "5: environments.1.name: the name 'retail' is already used by environments.0",
    ),
    (
        "limits:",
        "fusions: {all: {members: [sim, sam]}}\nlimits:",
        "20: fusions.all.members.1: there is no 'sam'; did you mean 'sim'?",
    ),
    (
        "limits:",
        "fusions: {all: {members: [sim]}}\nlimits:",
        "20: fusions.all: a panel needs 2 to 32 answers, this one has 1",
    ),
    (
        "    server: local",
        "    server: local\n    base_url: http://localhost/v1",
        "12: models.sim: a model needs one of base_url, server and deployments",
    ),
    (
        "    server: local",
        "    base_url: openrouter.ai",
        "13: models.sim.base_url: must be a URL such as https://openrouter.ai/api/v1, not the text 'openrouter.ai'",
    ),
    (
        "    server: local",
        "    deployments: {a: {server: local}, b: {}}",
        "13: models.sim.deployments.b: a deployment needs either base_url or server (one of the two)",
    ),
    (
        "    server: local",
        "    deployments: {a: {server: local}}",
        "12: models.sim: with deployments, 'rpm' stands in each of them",
    ),
    (
        "    server: local\n    rpm: 60",
        "    deployments: {a: {server: local}, b: {server: remote}}",
        "13: models.sim.deployments.b.server: there is no 'remote'; valid: local",
    ),
    (
        "    server: local\n    rpm: 60",
        "    deployments: {a: {server: local, model: sin}}",
        "13: models.sim.deployments.a.model: the server 'local' has no skill 'sin'; did you mean 'sim'?",
    ),
    (
        "    rpm: 60",
        "    hedge: {after: p50}",
        "14: models.sim.hedge.after: must be a number above 0 or 'p90', 'p95' or 'p99', not the text 'p50'",
    ),
    # Promises
    (
        "    server: local\n    rpm: 60",
        "    data: zero-retention\n    deployments: {a: {base_url: http://a/v1}, b: {server: local, promises: any}}",
        (
            "12: models.sim: data must be 'zero-retention', and all that is promised is: sim#a 'any', sim#b 'any'; "
            "see the key `promises`"
        ),
    ),
    (
        "    server: local\n    rpm: 60",
        "    base_url: http://a/v1\ndata: no-training",
        "12: models.sim: data must be 'no-training', and all that is promised is: sim 'any'; see the key `promises`",
    ),
    # Variables and files
    (
        "    server: local",
        "    base_url: ${NO_URL}",
        (
            "13: models.sim.base_url: the environment variable 'NO_URL' is not set; "
            "set it, or give a default: ${NO_URL:-value}"
        ),
    ),
    (
        "rpm: 60",
        "rpm: ${RPM}",
        "14: models.sim.rpm: the environment variable 'RPM' is not set; set it, or give a default: ${RPM:-value}",
    ),
    (
        "Be kind.",
        '"${1X}"',
        "10: prompts.plain: '${1X}' is neither ${NAME} nor ${NAME:-default}; $${…} means the text itself",
    ),
    # YAML
    ("  turns: 5", "  turns: 5\n  turns: 6", "22: limits.turns: given twice, first in line 21"),
    (
        "turns: 5",
        "turns: !!python/name:os.system 5",
        "21: limits.turns: the tag 'tag:yaml.org,2002:python/name:os.system' is not allowed here",
    ),
    ("turns: 5", "turns: 1e999", "21: limits.turns: the number 1e999 is too large"),
    ("turns: 5", "turns: " + "9" * 5000, "21: limits.turns: the number is too long"),
    ("turns: 5", 'turns: "\\ud800"', "21: limits.turns: holds half a character (a lone surrogate)"),
    ("  turns: 5", "\tturns: 5", "21: not valid YAML: a tab cannot indent; use spaces"),
    ("turns: 5", "turns: *five", "21: not valid YAML: found undefined alias 'five'"),
    (
        "turns: 5",
        "turns: {a: ${B}}",
        (
            "21: not valid YAML: while parsing a flow mapping, expected ',' or '}', but got '{'; "
            'inside { } and [ ] a "${…}" needs quotes'
        ),
    ),
    (
        "  turns: 5",
        "  turns: 5\n---\nname: b",
        "22: not valid YAML: expected a single document in the stream, but found another document",
    ),
    ("  turns: 5", "  ? [a]\n  : b", "21: not valid YAML: a key must be a text"),
    ("  turns: 5", "  <<: 5", "21: not valid YAML: '<<' takes a mapping or a list of mappings"),
    ("turns: 5", "turns: 5\x01", "21: the character U+0001 is not allowed in YAML"),
    (GOOD, "", "1: must be a mapping with keys such as name and agents, not nothing"),
    (GOOD, "- a\n", "1: must be a mapping with keys such as name and agents, not a list of 1"),
]


def problems(path: Path, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ=environ)
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


def write(folder: Path, text: str) -> Path:
    path = folder / "job.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(("old", "new", "expected"), EDITS)
def test_one_mistake(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert problems(write(tmp_path, GOOD.replace(old, new, 1))) == [expected]


def test_what_all_edits_start_from_is_good(tmp_path: Path) -> None:
    assert load(write(tmp_path, GOOD), environ={}).name == "try"


def test_all_mistakes_at_once_first_line_first(tmp_path: Path) -> None:
    text = GOOD.replace("turns: 5", "turn: 5").replace("Be kind.", "${A}").replace("name: strong", "nme: strong")
    assert [line.split(":")[0] for line in problems(write(tmp_path, text))] == ["6", "6", "10", "21"]


def test_all_unknown_names_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("model: sim\n", "model: x\n").replace("server: local", "server: y")
    assert [line.split(":")[0] for line in problems(write(tmp_path, text))] == ["7", "13"]


def test_a_long_list_of_mistakes_is_cut(tmp_path: Path) -> None:
    many = "".join(f"  k{n}: 1\n" for n in range(30))
    lines = problems(write(tmp_path, GOOD + many))
    assert len(lines) == 21
    assert lines[-1] == "… and 10 more"


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with pytest.raises(ConfigError, match=r"jb.yaml: there is no such file; did you mean '.*job.yaml'\?"):
        load(tmp_path / "jb.yaml", environ={})


def test_a_folder_is_no_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(Is a directory\)"):
        load(tmp_path, environ={})


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "job.yaml"
    path.write_bytes(b"name: try\nseed: \xff\n")
    assert problems(path) == ["2: not UTF-8 text"]


def test_too_large(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="larger than 256 KiB; keep long prompts in files"):
        load(write(tmp_path, GOOD + "#" * 300_000), environ={})


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("file:nope.md", "there is no file '{folder}/nope.md'"),
        ("file:.", "cannot read '{folder}'"),
        ("file:empty.md", "the file '{folder}/empty.md' is empty"),
        ("file:binary.md", "the file '{folder}/binary.md' is not UTF-8 text"),
        ("file:large.md", "the file '{folder}/large.md' is larger than 1024 KiB"),
    ],
)
def test_prompt_files(tmp_path: Path, reference: str, expected: str) -> None:
    (tmp_path / "empty.md").write_text("\n")
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe")
    (tmp_path / "large.md").write_bytes(b"a" * (1024 * 1024 + 1))
    path = write(tmp_path, GOOD.replace("Be kind.", reference))
    assert problems(path) == [f"10: prompts.plain: {expected.format(folder=tmp_path)}"]


def test_billion_laughs(tmp_path: Path) -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    [line] = problems(write(tmp_path, "\n".join(layers)))
    assert line.endswith("not valid YAML: too many values, or an alias that contains itself")


def test_billion_merges(tmp_path: Path) -> None:
    layers = ["a0: &a0 {x: 1}"]
    layers += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]
    [line] = problems(write(tmp_path, "\n".join(layers)))
    assert line.endswith("not valid YAML: too many values, or an alias that contains itself")


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a {<<: *a}"])
def test_an_alias_that_contains_itself(tmp_path: Path, text: str) -> None:
    [line] = problems(write(tmp_path, text))
    assert line == "1: not valid YAML: too many values, or an alias that contains itself"


def test_bottomless_nesting(tmp_path: Path) -> None:
    assert problems(write(tmp_path, "a: " + "[" * 5000)) == ["1: not valid YAML: nested deeper than 32 levels"]
