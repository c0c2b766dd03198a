"""A campaign as a value, with a gate that promotes and one that does not."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from wardian.base.bundle import SYSTEM, Bundle
from wardian.optimization.campaign.record import (
    CampaignRecord,
    CandidateRecord,
    Expenses,
    GatePair,
    GateRecord,
    Preflight,
)
from wardian.optimization.evidence.evidence import Counterfactual, Evidence, Excerpt
from wardian.optimization.gate.verdict import GatePoint, GateVerdict, GuardrailReport, Ruling
from wardian.optimization.proposals.edit import AddRule, Edit
from wardian.runs.folder import RunFolder
from wardian.specs.job import JobSpec
from wardian.specs.refinement import RefineSpec, ReflectionSpec

__all__ = [
    "BETTER",
    "EVIDENCE",
    "PROMPT",
    "SEED_TEXT",
    "WORSE",
    "bundle",
    "campaign",
    "campaign_folder",
    "campaign_job",
    "gate_record",
]

PROMPT = "shop.support"
SEED_TEXT = "Be kind.\n1. Ask {{first}}."
BETTER = f"{SEED_TEXT}\n2. Ask before you write."
WORSE = f"{SEED_TEXT}\n2. Be short."
EVIDENCE = Evidence(
    detector="policy_violation",
    tool="cancel_order",
    about="confirmed_before_write",
    template="returns",
    failed=7,
    counterfactual=Counterfactual(tried=4, flipped=3),
    excerpts=(Excerpt(episode="e1", task="shop/t0", succeeded=False, turns="user: cancel it\nagent: done"),),
)


def campaign_job(output: Path, **changes: object) -> JobSpec:
    """The job of such a campaign."""
    return JobSpec.model_validate(
        {
            "name": "shop",
            "output": str(output),
            "environments": [{"pack": "shop"}],
            "servers": {"sim": {"kind": "simulator", "skills": {"m-a": {}}}},
            "models": {"m-a": {"server": "sim"}},
            "prompts": {"support": SEED_TEXT},
            "agents": [{"name": "support", "model": "m-a", "prompt": "support"}],
            "refine": {"reflection": {"model": "m-a"}, "search": {"generations": 3}},
            **changes,
        }
    )


def campaign_folder(job: JobSpec, second: int) -> RunFolder:
    """The folder of its run, begun at that second."""
    return RunFolder.create(job, datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC))


def bundle(text: str) -> Bundle:
    """A version of the agent with this system prompt."""
    return Bundle(agent="support", texts={SYSTEM: text})


def gate_record(number: int, ruling: Ruling, candidate: int, pairs: int = 4) -> GateRecord:
    """The `number`-th gate of the lineage, over so many pairs."""
    won = ruling == "promoted"
    verdict = GateVerdict(
        ruling=ruling,
        why="E = 300 ≥ 82" if won else "the gain is less than 5 points",
        gate=number,
        seeds=f"gate/{number}",
        pairs=pairs,
        alpha=0.05 / number**2,
        e_value=300.0 if won else 0.2,
        threshold=82.2,
        futility=0.1 if won else 12.0,
        delta=0.182 if won else 0.01,
        raw_delta=0.21 if won else 0.01,
        low=0.05 if won else -0.1,
        high=0.31 if won else 0.12,
        guardrails=(
            GuardrailReport(name="cost", difference=0.02, least=-0.04, bound=0.08, allowed=0.15, relative=True),
        ),
    )
    curve = [
        GatePoint(pairs=at, log_e=at / 10, log_futility=-at / 10, delta=0.2, coverage=1.0) for at in range(1, pairs + 1)
    ]
    played = [
        GatePair(number=at, task=f"shop/t{at % 2}", seed=at, champion=0.0, candidate=float(at % 2))
        for at in range(pairs)
    ]
    return GateRecord(
        verdict=verdict,
        champion=bundle(SEED_TEXT),
        candidate=candidate,
        evidence=EVIDENCE,
        curve=tuple(curve),
        pairs=tuple(played),
    )


def campaign(
    gates: Sequence[GateRecord] | None = None, *, name: str = "refine-1", started_at: float = 1_700_000_000.0
) -> CampaignRecord:
    """A campaign that has ended, by default with a futile gate and then a promotion."""
    found = tuple(gates) if gates is not None else (gate_record(1, "futile", 1), gate_record(2, "promoted", 0))
    promoted = any(gate.verdict.ruling == "promoted" for gate in found)
    return CampaignRecord(
        id=name,
        prompt=PROMPT,
        spec=RefineSpec(reflection=ReflectionSpec(model="m-a")),
        started_at=started_at,
        stage="ended",
        stop="promoted" if promoted else "futile",
        why="a version is better",
        original=bundle(SEED_TEXT),
        champion=bundle(BETTER if promoted else SEED_TEXT),
        metric_sha="m0",
        preflight=Preflight(
            pairs=30, success=0.5, noise=0.6, false_alarm=False, detectable=0.15, gate_pairs=250, episodes=1_500
        ),
        observed=60,
        success=0.5,
        evidence=(EVIDENCE,),
        candidates=(_candidate(0, BETTER), _candidate(1, WORSE), _refused(2)),
        gates=found,
        expenses=Expenses(episodes=300, tokens=9_000, agent_usd=0.5),
        wall_s=60.0,
        busy_s=480.0,
        slots=10,
    )


def _candidate(number: int, text: str) -> CandidateRecord:
    edit = Edit(component=SYSTEM, changes=(AddRule(text=text.splitlines()[-1]),), cluster="policy_violation")
    return CandidateRecord(
        number=number,
        generation=2 - number,
        parent=bundle(SEED_TEXT).sha,
        cluster="policy_violation(confirmed_before_write) cancel_order/returns",
        component=SYSTEM,
        bundle=bundle(text),
        edit=edit,
        rung=2,
        pairs=16,
        search_delta=0.3,
        gate=2 - number,
        cost_usd=0.01,
    )


def _refused(number: int) -> CandidateRecord:
    return CandidateRecord(
        number=number, generation=1, parent=bundle(SEED_TEXT).sha, cluster="loop", component=SYSTEM, refused="too long"
    )
