"""What the agent changed, against what it should have changed."""

from collections.abc import Collection

from wardian.environments.findings import Findings
from wardian.environments.ledger import Ledger, Path
from wardian.scoring.effects import Effect, effects, touches
from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = [
    "CLEAN",
    "DIFF_F1",
    "DIFF_PRECISION",
    "DIFF_RECALL",
    "METRICS",
    "MISSING_EFFECTS",
    "SIDE_EFFECTS",
    "TRANSIENT_SIDE_EFFECTS",
    "state",
]

DIFF_PRECISION = Metric(
    name="diff_precision",
    unit="share",
    better="higher",
    high=1.0,
    description="Share of the agent's net changes that the reference makes too. Does not apply when nothing changed.",
)
DIFF_RECALL = Metric(
    name="diff_recall",
    unit="share",
    better="higher",
    high=1.0,
    description="Share of the reference's net changes that the agent made. "
    "Does not apply when nothing was to be changed.",
)
SIDE_EFFECTS = Metric(
    name="side_effects",
    evidence="calls that touched the rows in question",
    unit="changes",
    better="lower",
    description="Net changes that the reference does not make. "
    "Does not apply to environments that do not say what a call changed.",
)
DIFF_F1 = Metric(
    name="diff_f1",
    detail=True,
    unit="share",
    better="higher",
    high=1.0,
    description="Harmonic mean of both: twice the changes in common, divided by those of the agent and those of the "
    "reference together. Does not apply when there are none.",
)
MISSING_EFFECTS = Metric(
    name="missing_effects",
    detail=True,
    unit="changes",
    better="lower",
    description="Net changes of the reference that the agent did not make. Does not apply where `side_effects` does "
    "not.",
)
TRANSIENT_SIDE_EFFECTS = Metric(
    name="transient_side_effects",
    evidence="calls that touched them",
    detail=True,
    unit="changes",
    better="lower",
    description="Rows and columns that calls of the agent changed and that were as in the beginning again at the end: "
    "no comparison of the two shows them. What the reference changes for a while is "
    "none. Does not apply where `side_effects` does not.",
)
CLEAN = Metric(
    name="clean",
    detail=True,
    unit="share",
    better="higher",
    high=1.0,
    description="1 when there are no `side_effects`, else 0. Does not apply where they do not.",
)
METRICS = (
    DIFF_PRECISION,
    DIFF_RECALL,
    DIFF_F1,
    SIDE_EFFECTS,
    MISSING_EFFECTS,
    TRANSIENT_SIDE_EFFECTS,
    CLEAN,
)


def state(walk: Walk) -> list[Score]:
    """Compare the net changes: (table, key, column, kind, new value), never a hash of everything."""
    findings = walk.episode.findings
    if findings is None or _opaque(walk, findings):
        return [metric.score(None) for metric in METRICS]
    wanted, made = effects(findings.expected), effects(findings.actual)
    hits, extra, missing = (wanted & made).total(), made - wanted, wanted - made
    fleeting = _fleeting(walk, set(findings.passing))
    return [
        DIFF_PRECISION.ratio(hits, made.total()),
        DIFF_RECALL.ratio(hits, wanted.total()),
        DIFF_F1.ratio(2 * hits, made.total() + wanted.total()),
        SIDE_EFFECTS.score(float(extra.total()), _culprits(walk, extra)),
        MISSING_EFFECTS.score(float(missing.total()), explanation=_first(missing)),
        TRANSIENT_SIDE_EFFECTS.score(
            float(len(fleeting)), sorted({position for positions in fleeting.values() for position in positions})
        ),
        CLEAN.score(float(not extra)),
    ]


def _opaque(walk: Walk, findings: Findings) -> bool:
    """Whether the state moved but nobody says how: zero side effects would be a claim without ground."""
    if findings.expected or findings.actual:
        return False
    return any(step.acted.changed and not step.acted.observation.changes for step in walk.steps)


def _first(missing: Collection[Effect]) -> str:
    """One of them by name, so that a table says what kind of change was forgotten."""
    if not missing:
        return ""
    table, key, column, kind, _ = min(missing, key=str)
    return f"{kind} {table}[{key}].{column}"


def _fleeting(walk: Walk, allowed: set[Path]) -> dict[Path, list[int]]:
    """What the agent touched and is as it was, with the positions of the calls that touched it."""
    ledger, touched = Ledger(), dict[Path, list[int]]()
    for position, event in enumerate(walk.episode.events):
        if event.kind == "said":
            ledger.take(event.changes)
        elif event.kind == "acted":
            ledger.take(event.observation.changes)
            for change in walk.seen(event.observation.changes):
                touched.setdefault((change.table, change.key, change.column), []).append(position)
    return {path: touched[path] for path in ledger.passing if path in touched and path not in allowed}


def _culprits(walk: Walk, extra: Collection[Effect]) -> list[int]:
    """Positions of the calls that touched a row with a side effect."""
    if not extra:
        return []
    rows = {effect[:2] for effect in extra}
    return [step.position for step in walk.steps if touches(step, rows)]
