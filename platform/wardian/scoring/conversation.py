"""How the agent talks with the user: what it asks again, what it leaves open, how it ends."""

from collections.abc import Iterator

from wardian.environments import cues
from wardian.environments.reading import sentences
from wardian.scoring.dead_ends import gave_up
from wardian.scoring.effects import effects
from wardian.scoring.metric import Metric
from wardian.scoring.outcome import succeeded
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = ["METRICS", "PREMATURE_END", "REPEATED_QUESTIONS", "UNANSWERED_QUESTIONS", "conversation"]

REPEATED_QUESTIONS = Metric(
    name="repeated_questions",
    evidence="texts that ask again",
    detail=True,
    unit="questions",
    better="lower",
    description="Questions that the agent puts to the user word for word again without a call in between that "
    "succeeded. Asking for a yes and asking whether there is anything else are no such questions.",
)
UNANSWERED_QUESTIONS = Metric(
    name="unanswered_questions",
    evidence="where the user asked",
    detail=True,
    unit="questions",
    better="lower",
    description="Questions of the user after which the agent said nothing any more, or that the user had to put again "
    'word for word. Impatience ("Can we hurry up?") is no such question.',
)
PREMATURE_END = Metric(
    name="premature_end",
    evidence="the agent's last text",
    detail=True,
    unit="share",
    better="lower",
    high=1.0,
    description="1 when the episode failed and ended by itself although changes of the reference were still to be "
    "made, and the agent had not given up with a no (that is `gave_up`), else 0. Does not apply "
    "when nothing was to be changed, nor when nobody could look.",
)
METRICS = (REPEATED_QUESTIONS, UNANSWERED_QUESTIONS, PREMATURE_END)


def conversation(walk: Walk) -> list[Score]:
    """Only whole sentences are compared: who asks in other words is not blamed."""
    repeated, unanswered = list(_repeated(walk)), _unanswered(walk)
    return [
        REPEATED_QUESTIONS.score(float(len(repeated)), dict.fromkeys(repeated)),
        UNANSWERED_QUESTIONS.score(float(len(unanswered)), dict.fromkeys(unanswered)),
        _ended_early(walk),
    ]


def _questions(text: str) -> list[str]:
    return [sentence for sentence in sentences(text) if sentence.endswith("?")] if "?" in text else []


def _repeated(walk: Walk) -> Iterator[int]:
    asked: set[str] = set()
    texts = dict(walk.texts)
    done = {step.position for step in walk.steps if not step.failed}
    for position in walk.actions:
        if position in done:
            asked.clear()
        for question in _questions(texts.get(position, "")):
            if question in asked and not cues.CLOSES.search(question) and not cues.PROPOSES.search(question):
                yield position
            asked.add(question)


def _unanswered(walk: Walk) -> list[int]:
    """Where each open question stands; one that is put three times was left open twice."""
    last_word = walk.texts[-1][0] if walk.texts else -1
    latest: dict[str, int] = {}
    positions: list[int] = []
    for position, event in enumerate(walk.episode.events):
        if event.kind == "said" and event.speaker == "user":
            for question in _questions(event.text):
                if cues.URGES.search(question):
                    continue
                if question in latest:
                    positions.append(latest[question])
                latest[question] = position
    return sorted([*positions, *(position for position in latest.values() if position > last_word)])


def _ended_early(walk: Walk) -> Score:
    findings = walk.episode.findings
    if findings is None or not findings.expected:
        return PREMATURE_END.score(None)
    missing = effects(findings.expected) - effects(findings.actual)
    if succeeded(walk) or walk.episode.stop != "finished" or not missing or not walk.texts:
        return PREMATURE_END.score(0.0)
    if gave_up(walk):
        return PREMATURE_END.score(0.0)
    return PREMATURE_END.score(1.0, (walk.texts[-1][0],))
