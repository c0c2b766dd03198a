"""What the way to the result cost."""

from wardian.scoring.metric import Metric
from wardian.scoring.outcome import succeeded
from wardian.scoring.score import Score
from wardian.scoring.walk import RECENT, TELLING, Signature, Walk

__all__ = [
    "COST_USD",
    "METRICS",
    "NO_GAIN_READS",
    "N_TOOL_CALLS",
    "PATH_EFFICIENCY",
    "READ_OVERHEAD",
    "REDUNDANT_CALLS",
    "SPL",
    "TOKENS",
    "TURNS",
    "VIRTUAL_S",
    "efficiency",
]

PATH_EFFICIENCY = Metric(
    name="path_efficiency",
    unit="share",
    better="higher",
    high=1.0,
    description="`l / max(n, l)`, where `n` counts the tool calls and `l` those of the reference. "
    "Does not apply to episodes that failed, for giving up is no short way, nor when the reference makes no call.",
)
SPL = Metric(
    name="spl",
    unit="share",
    better="higher",
    high=1.0,
    description="Success weighted by path length: `path_efficiency`, and 0 when the episode failed. "
    "Does not apply when the reference makes no call.",
)
REDUNDANT_CALLS = Metric(
    name="redundant_calls",
    evidence="these calls",
    unit="calls",
    better="lower",
    description="Calls that were made before with the same arguments, change nothing, "
    "and find the state (its clock included) as it was after that earlier call. Calls that a fault refused may be "
    "made again.",
)
READ_OVERHEAD = Metric(
    name="read_overhead",
    evidence="all calls that looked, when they were too many",
    detail=True,
    unit="calls",
    better="lower",
    description="Calls that only looked, and were answered, beyond as many as the reference makes. Does not apply "
    "when nobody says how many the reference makes.",
)
NO_GAIN_READS = Metric(
    name="no_gain_reads",
    evidence="these calls",
    detail=True,
    unit="calls",
    better="lower",
    description="Calls that only looked, and whose answer stands word for word in one that a call had given before: "
    f"it is the same, or a part of one of the last {RECENT} that told something new (answers below {TELLING} "
    "characters: of the same call).",
)
N_TOOL_CALLS = Metric(name="n_tool_calls", unit="calls", better="neutral", description="Tool calls, failed ones too.")
TURNS = Metric(name="turns", unit="turns", better="neutral", description="Model calls.")
TOKENS = Metric(
    name="tokens", unit="tokens", better="lower", description="Tokens in and out of all model calls, cached ones too."
)
COST_USD = Metric(
    name="cost_usd",
    unit="USD",
    better="lower",
    description="Price of all model calls. Does not apply when one of the prices is unknown.",
)
VIRTUAL_S = Metric(
    name="virtual_s",
    detail=True,
    unit="seconds",
    better="lower",
    description="Virtual time from the opening to the end of an episode that succeeded: its mean is the virtual time "
    "of a success. Does not apply to episodes that failed, nor where no time passes.",
)
METRICS = (
    PATH_EFFICIENCY,
    SPL,
    REDUNDANT_CALLS,
    READ_OVERHEAD,
    NO_GAIN_READS,
    N_TOOL_CALLS,
    TURNS,
    TOKENS,
    COST_USD,
    VIRTUAL_S,
)


def efficiency(walk: Walk) -> list[Score]:
    """The length of the path, what of it was for nothing, and its price."""
    path, solved = _path(walk), succeeded(walk)
    redundant = _redundant(walk)
    looked = [step.position for step in walk.steps if walk.reads(step)]
    vain = [position for position in looked if position in walk.vain]
    return [
        PATH_EFFICIENCY.score(path if solved else None),
        SPL.score(None if path is None else path * solved),
        REDUNDANT_CALLS.score(float(len(redundant)), redundant),
        _overhead(walk, looked),
        NO_GAIN_READS.score(float(len(vain)), vain),
        N_TOOL_CALLS.score(float(len(walk.steps))),
        TURNS.score(float(len(walk.asked))),
        TOKENS.score(float(sum(event.completion.usage.total for event in walk.asked))),
        COST_USD.score(walk.episode.cost_usd),
        VIRTUAL_S.score((_virtual_s(walk) or None) if solved else None),
    ]


def _overhead(walk: Walk, looked: list[int]) -> Score:
    findings = walk.episode.findings
    if findings is None or findings.reference_reads is None:
        return READ_OVERHEAD.score(None)
    surplus = max(0, len(looked) - findings.reference_reads)
    return READ_OVERHEAD.score(float(surplus), looked if surplus else ())


def _virtual_s(walk: Walk) -> float | None:
    return None if walk.episode.findings is None else walk.episode.findings.virtual_s


def _path(walk: Walk) -> float | None:
    findings = walk.episode.findings
    if findings is None or not findings.reference_calls:
        return None
    return findings.reference_calls / max(len(walk.steps), findings.reference_calls)


def _redundant(walk: Walk) -> list[int]:
    seen: set[tuple[Signature, str]] = set()
    redundant = []
    for step in walk.steps:
        call = (step.signature, step.acted.digest)
        if call in seen and not step.acted.changed:
            redundant.append(step.position)
        if not step.struck:
            seen.add(call)
    return redundant
