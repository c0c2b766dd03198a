"""A key in a config is refused, and no message repeats it."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.specs.load import load

JOB = """\
name: try
environments: [{pack: retail, knobs: {password_policy: strict}}]
agents: [{name: a, model: m, prompt: p}]
prompts:
  p: Ask-around for sk-learn-based-recommendations-and-more.
models:
  m:
    base_url: http://localhost/v1
    api_key_env: SOME_VERY_LONG_ENVIRONMENT_VARIABLE_NAME_2
"""
SHAPED = "sk-or-v1-3f9c1d7ab2e84650c1d7ab2e"
PLAIN = "9fQ2xZ7kLm4Rt8Wb3Nc6Yv1Hs5"
ADVICE = "a literal API key does not belong in a config; write `api_key_env: NAME_OF_THE_VARIABLE`"
PASSWORD = "a URL with a user or password does not belong in a config"


def said(folder: Path, old: str, new: str, *overrides: str, **environ: str) -> str:
    (folder / "p.md").write_text(f"Use {SHAPED}.")
    path = folder / "job.yaml"
    assert old in JOB
    path.write_text(JOB.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load(path, overrides=overrides, environ=environ)
    assert SHAPED not in str(caught.value)
    assert PLAIN not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}:")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("api_key_env: SOME", f"api_key: {SHAPED}\n    x: SOME", f"9: models.m.api_key: {ADVICE}"),
        ("    api_key_env", f"    api_key: {PLAIN}\n    api_key_env", f"9: models.m.api_key: {ADVICE}"),
        ("    api_key_env", "    api_key: none\n    api_key_env", f"9: models.m.api_key: {ADVICE}"),
        ("    api_key_env", "    api_key: ${K}\n    api_key_env", f"9: models.m.api_key: {ADVICE}"),
        ("    api_key_env", f"    OPENAI_API_KEY: {PLAIN}\n    api_key_env", f"9: models.m.OPENAI_API_KEY: {ADVICE}"),
        ("    api_key_env", f"    token: {PLAIN}\n    api_key_env", f"9: models.m.token: {ADVICE}"),
        ("    api_key_env", f"    model: {SHAPED}\n    api_key_env", f"9: models.m.model: {ADVICE}"),
        (
            "SOME_VERY_LONG_ENVIRONMENT_VARIABLE_NAME_2",
            SHAPED,
            "9: models.m.api_key_env: must be the *name* of an environment variable, such as OPENAI_API_KEY",
        ),
        ("SOME_VERY_LONG_ENVIRONMENT_VARIABLE_NAME_2", PLAIN, "9: models.m.api_key_env: must be the *name*"),
        ("password_policy: strict", f"secret: {PLAIN}", f"2: environments.0.knobs.secret: {ADVICE}"),
        ("http://localhost", f"http://me:{PLAIN}@localhost", f"8: models.m.base_url: {PASSWORD}"),
        ("http://localhost", "http://${K}@localhost", "8: models.m.base_url: a URL with a user"),
        ("Ask-around", f"Bearer {PLAIN}", f"5: prompts.p: {ADVICE}"),
        ("Ask-around for sk-learn-based-recommendations-and-more.", "file:p.md", f"5: prompts.p: {ADVICE}"),
        ("name: try", f"name: {SHAPED}", f"1: name: {ADVICE}"),
        ("agents: [", f"agents: [{SHAPED}, ", f"3: agents.0: {ADVICE}"),
        ("name: a,", f"name: a, {SHAPED}: 1,", "3: agents.0.[key]: unknown key"),
        (JOB, SHAPED, f"1: {ADVICE}"),
    ],
)  # fmt: skip
def test_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in said(tmp_path, old, new, K=PLAIN)


def test_refused_in_an_override(tmp_path: Path) -> None:
    text = said(tmp_path, "try", "try", f"models.m.api_key={SHAPED}")
    assert text.startswith("--set models.m.api_key: a literal API key")


def test_what_only_looks_like_one_is_fine(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(JOB)
    assert load(tmp_path / "job.yaml", environ={}).prompts["p"].startswith("Ask-around")
