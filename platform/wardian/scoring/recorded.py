"""The metrics of a conversation that was recorded elsewhere: those that follow from its record alone."""

from collections.abc import Callable, Mapping
from typing import Final

import orjson

from wardian.base.frozen import Frozen
from wardian.episodes.transcribed import episode_of
from wardian.scoring.claims import UNSUPPORTED_NUMBER
from wardian.scoring.conversation import REPEATED_QUESTIONS, UNANSWERED_QUESTIONS
from wardian.scoring.efficiency import COST_USD, N_TOOL_CALLS, REDUNDANT_CALLS, TOKENS, TURNS
from wardian.scoring.hallucination import NONEXISTENT_REF, SCHEMA_INVALID, UNGROUNDED_ARGS, UNKNOWN_TOOL
from wardian.scoring.recovery import (
    IDENTICAL_RETRY_RATE,
    LOOP_LEN,
    RECOVERED_AT_1,
    RECOVERED_AT_5,
    RECOVERY_RATE,
    STEPS_TO_RECOVER,
)
from wardian.scoring.score import Score
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.traces.error_class import tells_outcome
from wardian.traces.payload import payload
from wardian.traces.transcript import Transcript, Turn

__all__ = ["FROM_RECORDS", "RecordedScores", "score_record"]

Says = Callable[[Transcript], bool]
"""Whether a record says what a metric needs."""


class _Need(Frozen):
    """Something that a record may say or not; `missing` is said when it does not."""

    says: Says
    missing: str


def _calls(transcript: Transcript) -> bool:
    return True


def _outcomes(transcript: Transcript) -> bool:
    results = [turn for turn in transcript.turns if turn.message.role == "tool"]
    return not results or any(tells_outcome(turn.error, payload(turn.message.content)) for turn in results)


def _misfits(transcript: Transcript) -> bool:
    """Arguments that are no object say so themselves."""
    calls = [call for turn in transcript.turns for call in turn.message.tool_calls]
    return _outcomes(transcript) or any(call.arguments and not _is_object(call.arguments) for call in calls)


def _is_object(arguments: str) -> bool:
    try:
        return isinstance(orjson.loads(arguments), dict)
    except ValueError:
        return False


def _words_and_outcomes(transcript: Transcript) -> bool:
    return _outcomes(transcript) and _words(transcript)


def _words(transcript: Transcript) -> bool:
    return bool(transcript.prompt) or any(turn.message.role in ("system", "user") for turn in transcript.turns)


def _answers(transcript: Transcript) -> list[Turn]:
    return [turn for turn in transcript.turns if turn.message.role == "assistant"]


def _models(transcript: Transcript) -> bool:
    answers = _answers(transcript)
    return bool(answers) and all(turn.asked for turn in answers)


def _tokens(transcript: Transcript) -> bool:
    return _models(transcript) and all(turn.usage is not None for turn in _answers(transcript))


def _prices(transcript: Transcript) -> bool:
    priced = transcript.about.get("priced", True) is True
    return priced and _models(transcript) and all(turn.cost_usd is not None for turn in _answers(transcript))


def _state(transcript: Transcript) -> bool:
    results = [turn for turn in transcript.turns if turn.message.role == "tool"]
    return all(turn.changed is not None and turn.state is not None for turn in results)


CALLS: Final = _Need(says=_calls, missing="")
OUTCOMES: Final = _Need(says=_outcomes, missing="it is not recorded whether a call failed")
MISFITS: Final = OUTCOMES.model_copy(update={"says": _misfits})
WORDS_AND_OUTCOMES: Final = _Need(
    says=_words_and_outcomes, missing="it is not recorded whether a call failed, or what was said to the agent"
)
WORDS: Final = _Need(says=_words, missing="what was said to the agent is not recorded")
MODELS: Final = _Need(says=_models, missing="the model's answers are not recorded")
TOKENS_OF_ALL: Final = _Need(says=_tokens, missing="tokens are not recorded for every answer")
PRICES: Final = _Need(says=_prices, missing="a price is not recorded for every answer")
STATE: Final = _Need(says=_state, missing="it is not recorded what a call did to the state")
ENVIRONMENT: Final = "needs the environment's checks or its state, which only a run has"

FROM_RECORDS: Final[Mapping[str, _Need]] = {
    N_TOOL_CALLS.name: CALLS,
    UNKNOWN_TOOL.name: OUTCOMES,
    SCHEMA_INVALID.name: MISFITS,
    RECOVERY_RATE.name: OUTCOMES,
    RECOVERED_AT_1.name: OUTCOMES,
    RECOVERED_AT_5.name: OUTCOMES,
    STEPS_TO_RECOVER.name: OUTCOMES,
    IDENTICAL_RETRY_RATE.name: OUTCOMES,
    UNGROUNDED_ARGS.name: WORDS,
    NONEXISTENT_REF.name: WORDS_AND_OUTCOMES,
    UNSUPPORTED_NUMBER.name: WORDS,
    TURNS.name: MODELS,
    TOKENS.name: TOKENS_OF_ALL,
    COST_USD.name: PRICES,
    REDUNDANT_CALLS.name: STATE,
    LOOP_LEN.name: STATE,
    REPEATED_QUESTIONS.name: WORDS,
    UNANSWERED_QUESTIONS.name: WORDS,
}
"""What each metric needs that may follow from a record alone; all others need more than any record says."""


class RecordedScores(Frozen):
    """The scores of one conversation.

    Args:
        scores: of the metrics that follow from its record, in the order of the catalogue; None where one does not
            apply (no call failed, so there was nothing to recover from).
        left_out: why each of the other metrics does not follow.
    """

    scores: tuple[Score, ...]
    left_out: dict[str, str]


async def score_record(transcript: Transcript) -> RecordedScores:
    """Score a conversation by what its record says."""
    scores = await TrajectoryScorer().score(episode_of(transcript))
    left_out = {score.metric: why for score in scores if (why := _why_not(score.metric, transcript))}
    return RecordedScores(scores=tuple(score for score in scores if score.metric not in left_out), left_out=left_out)


def _why_not(metric: str, transcript: Transcript) -> str:
    need = FROM_RECORDS.get(metric)
    if need is None:
        return ENVIRONMENT
    return "" if need.says(transcript) else need.missing
