"""Whether mending a mistake shows which one lost the episode: one planted mistake, and all that rules blame.

python benchmarks/refinement_evidence.py [--quick] [--json]
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from goals import Goal, report
from planted_agent import PlantedAgent

from wardian.base.identity import derive_seed
from wardian.certification.trial import LIMITS, played, solved
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_packs
from wardian.episodes.record import Episode
from wardian.optimization.evidence.reading import read
from wardian.optimization.evidence.trials import Trial, try_all
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.plan import Plan
from wardian.scoring.score import Scored
from wardian.simulator.skill import FAULTS, Fault
from wardian.specs.job import JobSpec

ROOT = Path(__file__).parents[1] / "envs"
PACKS = ("retail", "bank", "office")
TASKS = 60
REPEATS = 4
RATES: dict[Fault, float] = {
    "wrong_argument": 0.25,
    "hallucinated_id": 0.15,
    "loop": 0.15,
    "skip_confirmation": 0.3,
    "give_up": 0.1,
}
RECOVERY = 0.7
"""How often the agent does the right thing after an error: then its mistake is one that loses nothing."""
FOUND = 0.9
"""Of the mistakes that lost an episode, those whose mending is seen to save it."""


@dataclass
class Found:
    """Of one pack: failed episodes with one planted mistake, what rules blame in them, and what mending shows."""

    episodes: int = 0
    saved: int = 0
    at: int = 0
    confirmed: int = 0
    """Mistakes that rules blame and whose mending saves the episode."""
    blamed: Counter[str] = field(default_factory=Counter)
    """What rules blame, by where it is: before the planted step, at it, after it, or nowhere."""
    flipped: Counter[str] = field(default_factory=Counter)
    """What saves the episode when it is mended."""
    cpu_s: float = 0.0


def evidence(quick: bool = False) -> Iterator[Goal]:
    """Rows for each pack: how often the planted step is the one whose mending flips the outcome."""
    for name in PACKS:
        found = asyncio.run(_of_pack(name, 12 if quick else TASKS, 2 if quick else REPEATS))
        yield from _goals(name, found)


def _goals(name: str, found: Found) -> Iterator[Goal]:
    episodes, blamed, flipped = max(found.episodes, 1), found.blamed.total(), found.flipped.total()
    at = f"{name}: saved by mending the planted step itself; the others could still be saved behind it"
    yield Goal(
        f"{name}: failed episodes with one planted mistake that mending saves, there or behind it, of {found.episodes}",
        found.saved / episodes,
        "",
        FOUND,
        "at least",
    )
    yield Goal(at, found.at / episodes, "")
    yield Goal(
        f"{name}: mending before the planted step that saves the episode, of {flipped}", found.flipped["before"], "", 0
    )
    yield Goal(
        f"{name}: mistakes blamed by rules whose mending saves nothing, of {blamed}", blamed - found.confirmed, ""
    )
    yield Goal(f"{name}: trying an episode", 1_000 * found.cpu_s / episodes, "ms", 200.0)


async def _of_pack(name: str, tasks: int, repeats: int) -> Found:
    job = JobSpec.model_validate({"name": "evidence", "environments": [{"pack": name}], "agents": [{"kind": "idle"}]})
    packs = load_packs(job, [ROOT])
    worlds, found = PackWorlds(job, References.planned(job, packs)), Found()
    environment = next(iter(Plan(job, packs).environments))
    for card in packs[name].tasks()[:tasks]:
        for fault in FAULTS:
            for repeat in range(repeats):
                agent, episode = await _planted(packs[name], card, fault, repeat)
                if len(agent.planted) == 1 and not solved(episode):
                    spec = episode.spec.model_copy(update={"environment": environment})
                    await _count(found, agent.planted[0], episode.model_copy(update={"spec": spec}), worlds)
    return found


async def _planted(pack: Pack, card: TaskCard, fault: Fault, repeat: int) -> tuple[PlantedAgent, Episode]:
    seed = derive_seed("evidence", pack.name, card.id, fault, repeat)
    agent = PlantedAgent(pack.reference(card.id), fault, RATES[fault], RECOVERY, seed)
    return agent, await played(pack, card, agent, limits=LIMITS)


async def _count(found: Found, planted: int, episode: Episode, worlds: PackWorlds) -> None:
    (reading,) = await read([Scored(episode=episode)], worlds)
    begun = time.process_time()
    trials = await try_all(reading, worlds)
    found.cpu_s += time.process_time() - begun
    found.episodes += 1
    found.blamed.update(_relation(episode, symptom.positions, planted) for symptom in reading.symptoms)
    flips = [_relation(episode, _places(trial), planted) for trial in trials if trial.outcome == "flipped"]
    found.flipped.update(flips)
    found.confirmed += sum(trial.outcome == "flipped" for trial in trials if trial.symptom in reading.symptoms)
    found.saved += any(place in ("at", "after") for place in flips)
    found.at += "at" in flips


def _places(trial: Trial) -> Sequence[int]:
    return trial.symptom.positions if trial.position is None else (trial.position,)


def _relation(episode: Episode, places: Sequence[int], planted: int) -> str:
    """Where the first of `places` is, seen from the planted turn."""
    event = episode.events[places[0]] if places else None
    if event is None or event.kind == "said":
        return "nowhere"
    return "at" if event.turn == planted else "before" if event.turn < planted else "after"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer tasks and repetitions")
    parser.add_argument("--json", action="store_true", help="for machines")
    arguments = parser.parse_args()
    report(evidence(arguments.quick), as_json=arguments.json)
