"""What MLflow's list of traces says of an episode."""

import pytest
from support.episodes import EpisodeBuilder, spec

from wardian.episodes.record import Episode
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec
from wardian.tracking.episode_spans import EpisodeSpans
from wardian.tracking.mlflow_preview import INPUTS, OUTPUTS, previewed
from wardian.tracking.span import Span


def root(job: JobSpec, episode: Episode, *, content: bool = True) -> Span:
    shown = job.model_copy(update={"telemetry": job.telemetry.model_copy(update={"content": content})})
    return EpisodeSpans("r-1", shown).of(Scored(episode=episode))[0]


def opened() -> EpisodeBuilder:
    return EpisodeBuilder(spec("a")).policy("No refunds.").user("Where is W1?")


def test_it_begins_with_the_agents_prompt_and_ends_with_the_agents_words(job: JobSpec) -> None:
    told = previewed(root(job, opened().call("find").say("Late.").user("Oh.").say("Sorry.").done()))
    rules = [{"role": "system", "content": text} for text in ("Be kind.", "No refunds.")]
    asked = [*rules, {"role": "user", "content": "Where is W1?"}]
    assert told[INPUTS] == {"messages": asked}
    assert told[OUTPUTS] == {"choices": [{"message": {"role": "assistant", "content": "Sorry."}}]}


def test_an_answer_without_words_is_told_by_its_calls(job: JobSpec) -> None:
    told = previewed(root(job, opened().call("find", {"id": "W1"}).done()))
    assert told[OUTPUTS]["choices"][0]["message"]["content"] == 'find({"id": "W1"})'


@pytest.mark.parametrize("episode", [EpisodeBuilder(spec("a")).done(), opened().broken("provider")])
def test_who_said_nothing_has_no_words(job: JobSpec, episode: Episode) -> None:
    assert OUTPUTS not in previewed(root(job, episode))


def test_what_was_said_stays_out_where_the_span_does_not_say_it(job: JobSpec) -> None:
    assert previewed(root(job, opened().say("Late.").done(), content=False)) == {}
