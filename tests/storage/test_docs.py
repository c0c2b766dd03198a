"""The code in docs/concepts/results.md runs on tables as a run leaves them."""

import re
from pathlib import Path

import pytest
from support.episodes import EpisodeBuilder, spec
from support.outcomes import record_of
from support.pages import ROOT

from wardian.base.clock import SystemClock
from wardian.scoring.finished import Finished
from wardian.scoring.score import Score, Scored
from wardian.storage.parquet_sink import ParquetSink

PAGE = (ROOT / "docs" / "concepts" / "results.md").read_text()
(BLOCK,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


async def test_the_example_prints_means_failures_and_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    sink = ParquetSink(tmp_path / re.findall(r'"(runs/.*?)"', BLOCK)[0], "r", SystemClock(), record_of)
    for task, success in (("t1", 1.0), ("t2", 0.0)):
        episode = EpisodeBuilder(spec("best", task)).user("Hello.").call("get").say("Bye.").done()
        scores = (Score(metric="success", value=success), Score(metric="score", value=success))
        await sink.write(Finished.of(Scored(episode=episode, scores=scores)))
    await sink.close()
    exec(compile(BLOCK, "results.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "{'arm': 'best', 'score_mean': 0.5, 'cost_usd_sum': 0.04}" in printed
    assert "[{'arm': 'best', 'task_key': 'shop/t2', 'n_tool_errors': 0}]" in printed
    assert "0 user Hello." in printed
