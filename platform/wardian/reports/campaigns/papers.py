"""The files that a campaign leaves beside its record, all of which follow from it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord, GatePair, GateRecord
from wardian.optimization.evidence.evidence import Evidence
from wardian.reports.campaigns.kept import CAMPAIGN
from wardian.reports.campaigns.opening import OPENING
from wardian.reports.campaigns.wording import evidence_page
from wardian.runs.folder import RunFolder
from wardian.storage.campaign_tables import CANDIDATES, PAIRS, write_table

__all__ = ["PAPERS", "answered_name", "gate_papers", "whole_papers"]

PAPERS: Final = "refinement"
"""Where they are in the run's folder."""
EVIDENCE: Final = "evidence"


def whole_papers(folder: RunFolder, record: CampaignRecord) -> tuple[tuple[Path, str], ...]:
    """Write what is about all of the campaign; the files, each with the folder that a tracker keeps it in."""
    papers = _folder(folder)
    write_table(CANDIDATES, map(_candidate, record.candidates), papers / "candidates.parquet")
    (papers / CAMPAIGN).write_text(record.model_dump_json(indent=1), encoding="utf-8")
    files = [(papers / "candidates.parquet", ""), (papers / CAMPAIGN, "")]
    if (opened := folder.store.get(OPENING)) is not None:
        (papers / OPENING).write_bytes(opened)
        files.append((papers / OPENING, ""))
    pages = {_evidence_name(each.name): each for each in record.evidence}
    pages |= {answered_name(each.verdict.gate): each.evidence for each in record.gates if each.evidence is not None}
    return (*files, *((path, EVIDENCE) for path in _pages(papers, pages)))


def gate_papers(folder: RunFolder, gate: GateRecord) -> tuple[tuple[Path, str], ...]:
    """Write what is about one gate; the files, each with the folder that a tracker keeps it in."""
    papers = _folder(folder, f"gate-{gate.verdict.gate}")
    write_table(PAIRS, _pairs(gate), papers / "pairs.parquet")
    verdict = gate.verdict.model_dump(mode="json") | {"coverage": gate.verdict.coverage}
    (papers / "verdict.json").write_bytes(orjson.dumps(verdict, option=orjson.OPT_INDENT_2))
    return (papers / "pairs.parquet", ""), (papers / "verdict.json", "")


def answered_name(gate: int) -> str:
    """Where a tracker keeps the page of the cluster that the candidate of a gate answers, as it was then."""
    return f"{EVIDENCE}/gate-{gate}.md"


def _evidence_name(cluster: str) -> str:
    """Where it keeps that of a cluster of the newest diagnosis."""
    return f"{EVIDENCE}/{_slug(cluster)}.md"


def _folder(folder: RunFolder, *inside: str) -> Path:
    papers = folder.path.joinpath(PAPERS, *inside)
    papers.mkdir(parents=True, exist_ok=True)
    return papers


def _pages(papers: Path, pages: Mapping[str, Evidence]) -> Iterator[Path]:
    (papers / EVIDENCE).mkdir(exist_ok=True)
    for name, evidence in pages.items():
        page = papers / name
        page.write_text(evidence_page(evidence), encoding="utf-8")
        yield page


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-")[:120]


def _candidate(candidate: CandidateRecord) -> Mapping[str, Any]:
    bundle, edit = candidate.bundle, candidate.edit
    plain = candidate.model_dump(exclude={"bundle", "edit", "refused"})
    return plain | {
        "bundle": None if bundle is None else bundle.sha,
        "text": None if bundle is None else bundle.texts.get(candidate.component),
        "edit": None if edit is None else edit.model_dump_json(),
        "refused": candidate.refused or None,
    }


def _pairs(gate: GateRecord) -> Iterator[Mapping[str, Any]]:
    for pairs, audit in ((gate.pairs, False), (gate.audit, True)):
        yield from ({**_pair(pair), "audit": audit} for pair in pairs)


def _pair(pair: GatePair) -> Mapping[str, Any]:
    return pair.model_dump(exclude={"task"}) | {"task_key": pair.task}
