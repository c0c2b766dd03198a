"""Every component that may be refined, with a defect of its own: does a campaign find it and promote its cure?

python benchmarks/refinement_components.py [--quick] [--json]

Simulated agents and members know what helps them; a simulated adviser proposes the cure in six of ten edits, and else
something idle. It is told what the mistake is and what the component says, and nothing of how agents work.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from goals import Goal, report
from refinement_local import campaign

from wardian.optimization.campaign.record import CampaignRecord

ASK = "Ask the customer for a clear yes before you call it."
LOOK = "Where a call fails, read the error and look up what it complains of."
CHECK = "Work the answer out yourself before you trust anybody."
QUICK = ("tool:cancel_order.description",)
STUBBORN = "Keep to your answer, whatever others say."
HASTY = {"accuracy": 0.89, "skip_confirmation": 0.11}
LOST = {"accuracy": 0.9, "hallucinated_id": 0.1, "recovery": 0.2}
PRICE = {"input": 1, "output": 1}


def components(quick: bool) -> Iterator[Goal]:
    """One campaign for each component."""
    for component, config in jobs().items():
        if quick and component not in QUICK:
            continue
        record, _ = campaign(config)
        yield Goal(f"{component}: the cure is promoted", _promoted(record, component), "", 1, "at least")
        yield Goal(f"{component}: episodes", record.expenses.episodes, "")
        if record.promoted is not None:
            yield Goal(f"{component}: claimed gain", 100 * record.promoted.verdict.delta, "points")


def jobs() -> dict[str, dict[str, Any]]:
    """The configs by component."""
    return {
        "system": _shop("system", {"pattern": "clear yes", "accuracy": 0.1, "skip_confirmation": -0.1}, ASK),
        "recovery": _shop("recovery", {"pattern": "read the error", "recovery": 0.6}, LOOK, LOST),
        "tool:cancel_order.description": _shop(
            "tool:cancel_order.description",
            {"pattern": "clear yes", "where": "tools", "accuracy": 0.1, "skip_confirmation": -0.1},
            ASK,
        ),
        "fusion.merge": _questions("fusion.merge", {"mode": "merge", "judge": "arbiter"}),
        "fusion.debate": _questions("fusion.debate", {"mode": "debate", "instructions": STUBBORN}),
    }


def _shop(component: str, rule: dict[str, Any], cure: str, clerk: dict[str, float] = HASTY) -> dict[str, Any]:
    return {
        **_job(component, {"clerk": {**clerk, "rules": [rule]}}, cure),
        "environments": [{"pack": "retail", "tasks": "all"}],
        "agents": [{"name": "clerk", "model": "clerk", "prompt": "own", "sampling": {"max_tokens": 500}}],
        "prompts": {"own": "You help the customers of a shop."},
    }


def _questions(component: str, fusion: dict[str, Any]) -> dict[str, Any]:
    told, stubborn = {"pattern": "yourself", "accuracy": 0.4}, {"pattern": "keep to your answer", "accuracy": -0.55}
    member = {"answering": {"accuracy": 0.55, "choices": 6, "debating": [told, stubborn]}}
    arbiter = {"judging": {"accuracy": 0.5, "rules": [told]}}
    members = ["one", "two", "three"]
    return {
        **_job(component, {**dict.fromkeys(members, member), "arbiter": arbiter}, CHECK),
        "environments": [{"pack": "prompts", "tasks": "all"}],
        "fusions": {"panel": {"members": members, **fusion}},
        "agents": [{"name": "panel", "model": "fusion/panel", "sampling": {"max_tokens": 500}}],
    }


def _job(component: str, skills: dict[str, Any], cure: str) -> dict[str, Any]:
    adviser = {"reflecting": {"accuracy": 0.6, "cures": [{"rule": cure, "removes": "keep to your answer"}]}}
    skills = {**skills, "adviser": adviser}
    agent = "panel" if component.startswith("fusion") else "clerk"
    return {
        "name": "components",
        "seed": 1,
        "servers": {"sim": {"kind": "simulator", "skills": skills}},
        "models": {name: {"server": "sim", "price": PRICE} for name in skills},
        "refine": {
            "agent": agent,
            "components": [component],
            "reflection": {"model": "adviser"},
            "search": {"candidates": 4, "generations": 3},
            "gate": {"pairs": 250},
        },
    }


def _promoted(record: CampaignRecord, component: str) -> int:
    return int(record.promoted is not None and any(cure in record.champion.texts[component] for cure in CURES))


CURES = (ASK, LOOK, CHECK)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the description of a tool alone")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(components(options.quick), as_json=options.json)


if __name__ == "__main__":
    main()
