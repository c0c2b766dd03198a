"""What the agent changed, against what it should have changed."""

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.environments.change import Change
from wardian.environments.findings import Findings
from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.walk import Walk

__all__ = ["DIFF_PRECISION", "DIFF_RECALL", "METRICS", "SIDE_EFFECTS", "state"]

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
    unit="changes",
    better="lower",
    description="Net changes that the reference does not make. "
    "Does not apply to environments that do not say what a call changed.",
)
METRICS = (DIFF_PRECISION, DIFF_RECALL, SIDE_EFFECTS)

Effect = tuple[str, str, str, str, JsonValue | bytes]


def state(walk: Walk) -> list[Score]:
    """Compare the net changes: (table, key, column, kind, new value), never a hash of everything."""
    findings = walk.episode.findings
    if findings is None or _opaque(walk, findings):
        return [DIFF_PRECISION.score(None), DIFF_RECALL.score(None), SIDE_EFFECTS.score(None)]
    wanted, made = _effects(findings.expected), _effects(findings.actual)
    hits, extra = len(wanted & made), made - wanted
    return [
        DIFF_PRECISION.ratio(hits, len(made)),
        DIFF_RECALL.ratio(hits, len(wanted)),
        SIDE_EFFECTS.score(float(len(extra)), _culprits(walk, extra)),
    ]


def _opaque(walk: Walk, findings: Findings) -> bool:
    """Whether the state moved but nobody says how: zero side effects would be a claim without ground."""
    if findings.expected or findings.actual:
        return False
    return any(step.acted.changed and not step.acted.observation.changes for step in walk.steps)


def _effects(changes: tuple[Change, ...]) -> set[Effect]:
    return {_effect(change) for change in changes}


def _effect(change: Change) -> Effect:
    after = change.after
    value = canonical_json(after) if isinstance(after, dict | list | bool) else after
    return change.table, change.key, change.column, change.kind, value


def _culprits(walk: Walk, extra: set[Effect]) -> list[int]:
    """Positions of the calls that touched a row with a side effect."""
    if not extra:
        return []
    rows = {effect[:2] for effect in extra}
    return [
        step.position
        for step in walk.steps
        if any((change.table, change.key) in rows for change in step.acted.observation.changes)
    ]
