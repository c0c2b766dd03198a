"""Steps that stand on nothing: tools, arguments and identifiers that the model made up."""

from wardian.scoring.grounding import Heard, identifiers
from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Step, Walk

__all__ = [
    "METRICS",
    "NONEXISTENT_REF",
    "SCHEMA_INVALID",
    "UNGROUNDED_ARGS",
    "UNKNOWN_TOOL",
    "hallucination",
    "inventions",
]

UNKNOWN_TOOL = Metric(
    name="unknown_tool",
    evidence="these calls",
    unit="calls",
    better="lower",
    description="Calls of a tool that does not exist.",
)
SCHEMA_INVALID = Metric(
    name="schema_invalid",
    evidence="these calls",
    unit="calls",
    better="lower",
    description="Calls whose arguments are no JSON object or do not fit the tool's schema.",
)
UNGROUNDED_ARGS = Metric(
    name="ungrounded_args",
    evidence="calls with such values",
    unit="values",
    better="lower",
    description="Values of id-like arguments (`…_id`, `…_ids`, `email`, `zip`, …) that neither the policy, "
    "nor the user, nor a tool result seen by then has mentioned.",
)
NONEXISTENT_REF = Metric(
    name="nonexistent_ref",
    evidence="these calls",
    unit="calls",
    better="lower",
    description="Calls that failed with `not_found` and have such a value: what they speak of does not exist, and "
    "nobody had spoken of it. Who was told a wrong id is not to blame.",
)
METRICS = (UNKNOWN_TOOL, SCHEMA_INVALID, UNGROUNDED_ARGS, NONEXISTENT_REF)

Invention = tuple[int, str, str]
"""Where, which argument, which value."""


def hallucination(walk: Walk) -> list[Score]:
    """Count what was made up; the evidence are the calls, the explanation the first invented value."""
    invented = inventions(walk)
    first = "{1}={2}".format(*invented[0]) if invented else ""
    evidence = dict.fromkeys(position for position, _, _ in invented)
    unknown, missed = _with_error(walk, "unknown_tool"), set(_with_error(walk, "not_found"))
    raw = [step.position for step in walk.steps if _is_raw(step)]
    misfits = sorted({*_with_error(walk, "invalid_arguments"), *raw})
    nowhere = [position for position in evidence if position in missed]
    return [
        UNKNOWN_TOOL.score(float(len(unknown)), unknown),
        SCHEMA_INVALID.score(float(len(misfits)), misfits),
        UNGROUNDED_ARGS.score(float(len(invented)), evidence, first),
        NONEXISTENT_REF.score(float(len(nowhere)), nowhere),
    ]


def _with_error(walk: Walk, error: str) -> list[int]:
    return [step.position for step in walk.steps if step.acted.observation.error == error]


def _is_raw(step: Step) -> bool:
    """Whether the arguments are no JSON object, whatever the tool answered; no text at all stands for none."""
    return step.acted.call.arguments != "" and not isinstance(step.arguments, dict)


def inventions(walk: Walk) -> list[Invention]:
    """Every value of an id-like argument that nobody has mentioned by then, in order."""
    heard, found = Heard(), list[Invention]()
    steps = iter(walk.steps)
    unread: list[tuple[str, frozenset[str]]] = []  # results of this turn's calls: the model reads them when asked next
    for event in walk.episode.events:
        if event.kind == "said":
            heard.hear(event.text)
        elif event.kind == "asked":
            for text, without in unread:
                heard.hear(text, without=without)
            unread.clear()
        else:
            step = next(steps)
            invented = _invented(step, heard)
            found += invented
            echoed = frozenset(value for _, _, value in invented) if step.failed else frozenset()
            unread.append((event.observation.text, echoed))
    return found


def _invented(step: Step, heard: Heard) -> list[Invention]:
    return [(step.position, name, value) for name, value in identifiers(step.arguments) if not heard.mentions(value)]
