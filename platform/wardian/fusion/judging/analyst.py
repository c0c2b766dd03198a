"""What answers agree and differ in, said by a judge who does not know whose they are."""

from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter, ValidationError

from wardian.base.analysis import Analysis, Contradiction, Insight, PartialCoverage, Stance
from wardian.base.frozen import JsonValue
from wardian.base.messages import Message, Request
from wardian.fusion.call import FusionCall
from wardian.fusion.judging.judge import Judge
from wardian.fusion.judging.ladder import Ladder
from wardian.fusion.judging.lineup import Lineup
from wardian.fusion.judging.questions import bounded, candidates, conversation, instructed
from wardian.models.structured import response_schema

__all__ = ["analysed", "named"]

TASK: Final = """\
You compare answers that several assistants gave to the same conversation. You do not answer it yourself: you say what \
they agree and differ in, so that somebody else can answer better than any of them."""
SHAPE: Final = """\
Answer with nothing but a JSON object with these keys:
"consensus": what all of them say, a list of texts;
"contradictions": where they exclude each other, a list of {{"topic": …, "stances": [{{"model": label, "stance": …}}]}};
"partial_coverage": what only some say, a list of {{"models": [labels], "point": …}};
"unique_insights": what only one says, a list of {{"model": label, "insight": …}};
"blind_spots": what none says and should be said, a list of texts.
Labels are {labels}. Lists may be empty."""


async def analysed(call: FusionCall, judge: Judge, lineup: Lineup) -> Analysis | None:
    """The analysis, by labels; None where there is none, and the result says why. Nothing is made up.

    Raises:
        ModelError: as `FusionCall.check` does.
    """
    ladder: Ladder[Analysis] = Ladder(response_schema(Analysis), _read, lambda text: None, judge.spec.repair)
    seat = replace(judge.seat, name=f"{judge.seat.name}/analysis", path=f"{judge.seat.path}/analysis")
    heard = await ladder.climb(call, seat, _question(call.request, lineup, judge))
    call.check()
    if heard.trouble:
        call.degrade(heard.trouble)
    return heard.value


def named(analysis: Analysis, lineup: Lineup) -> Analysis:
    """The analysis with the names of those who answered; what is said of a label that does not exist stays as it is."""
    names = {label: group[0].seat for label, group in zip(lineup.labels, lineup.groups, strict=True)}

    def name(label: str) -> str:
        return names.get(label.strip().removeprefix("Candidate ").removeprefix("candidate "), label)

    return Analysis(
        consensus=analysis.consensus,
        contradictions=tuple(
            Contradiction(
                topic=each.topic,
                stances=tuple(Stance(model=name(said.model), stance=said.stance) for said in each.stances),
            )
            for each in analysis.contradictions
        ),
        partial_coverage=tuple(
            PartialCoverage(models=tuple(map(name, each.models)), point=each.point)
            for each in analysis.partial_coverage
        ),
        unique_insights=tuple(
            Insight(model=name(each.model), insight=each.insight) for each in analysis.unique_insights
        ),
        blind_spots=analysis.blind_spots,
    )


def _question(request: Request, lineup: Lineup, judge: Judge) -> Request:
    shape = SHAPE.format(labels=", ".join(lineup.labels))
    user = "\n\n".join((conversation(request, lineup, judge.seed), candidates(lineup), shape))
    system = instructed(TASK, judge.spec)
    messages = (Message(role="system", content=system), Message(role="user", content=user))
    return Request(model=request.model, messages=messages, sampling=bounded(request), origin=request.origin)


def _read(value: JsonValue) -> Analysis | None:
    """An object with at least one of the keys; of others nothing is made up."""
    if not isinstance(value, dict):
        return None
    known = {key: part for key, part in value.items() if key in Analysis.model_fields}
    try:
        return TypeAdapter(Analysis).validate_python(known) if known else None
    except ValidationError:
        return None
