"""Mistakes that show after the file was read still name its line, and keep their exit code."""

from pathlib import Path

import pytest

from wardian.cli.main import main

JOB = """\
name: try
environments:
  - pack: {pack}
agents:
  - {{name: a, model: m}}
models:
  m:
    base_url: http://127.0.0.1:9/v1
    api_key_env: {variable}
"""


@pytest.mark.parametrize(
    ("pack", "variable", "expected", "code"),
    [
        ("retial", "PATH", ":3: environments.0: there is no environment pack 'retial'; did you mean 'retail'?", 2),
        ("bfcl", "NO_SUCH_VARIABLE", ":9: models.m.api_key_env: the environment variable 'NO_SUCH_VARIABLE' is not", 5),
    ],
)
def test_line_and_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pack: str, variable: str, expected: str, code: int
) -> None:
    path = tmp_path / "job.yaml"
    path.write_text(JOB.format(pack=pack, variable=variable))
    with pytest.raises(SystemExit) as caught:
        main(["validate", str(path)])
    assert caught.value.code == code
    assert f"{path}{expected}" in capsys.readouterr().err
