"""kill -9 in the middle of a panel, and resume: every member's answer counts once, and little is paid twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flows.test_durable import IN_FLIGHT, JOB, finish, killed_after, project, results
from support.random_provider import speaking

from wardian.base.fused import Answer, FusionResult

FUSED = "agents: [{name: a, model: fusion/panel}]"
FUSIONS = """\
fusions:
  panel: {members: [m, fusion/pair], min_share: 1, scope: every}
  pair: {members: [{model: m, samples: 2}], min_share: 1, scope: every}
"""
VOICES = 3
KILLS = 2


def voices(result: FusionResult) -> Iterator[Answer]:
    """The models' own answers, however deep."""
    for answer in result.answers:
        if answer.inside is None:
            yield answer
        else:
            yield from voices(answer.inside)


def test_a_run_that_is_killed_within_a_panel_goes_on_where_it_was(tmp_path: Path) -> None:
    with speaking(tmp_path) as spoke:
        folder = project(tmp_path, spoke.url, FUSIONS)
        job = folder / "job.yaml"
        job.write_text(job.read_text().replace("agents: [{name: a, model: m}]", FUSED))
        assert FUSED in job.read_text() != JOB
        killed_after(140, spoke, folder, "run", "job.yaml")
        killed_after(290, spoke, folder, "resume", "last")
        finish(folder, "resume", "last")
        given = spoke.answers()
    episodes = [scored.episode for scored in results(folder)]
    fused = [event.completion for episode in episodes for event in episode.asked]
    said = [answer for each in fused if each.fusion for answer in voices(each.fusion)]
    words = Counter(answer.message.content for answer in said if answer.message)
    assert set(words.values()) == {1}, "no answer counts twice"
    assert len(said) == VOICES * len(fused)
    assert words.keys() <= {each.words for each in given}
    assert len(given) - len(words) <= KILLS * VOICES * IN_FLIGHT, "only what was under way is paid twice"
    assert any(each.timing.replayed for each in fused)
    paid = sum(episode.spent_usd or 0.0 for episode in episodes)
    assert paid == pytest.approx(len(words) * (10 * 3 + 5 * 15) / 1e6)
    assert not any(episode.failure for episode in episodes)
    assert all(episode.attempt == 1 for episode in episodes)
