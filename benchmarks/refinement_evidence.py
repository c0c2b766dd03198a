"""Whether mending a mistake shows which one lost the episode.

First with one planted mistake in an episode. Then with one in the arguments of a call that decides, beside others that
are harmless: without the one, the same agent with the same other mistakes succeeds.

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
from wardian.certification.mutants import known_values, mutants
from wardian.certification.trial import LIMITS, played, solved, tried
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_packs
from wardian.episodes.record import Acted, EnvironmentRef, Episode
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
HARMLESS: tuple[Fault, ...] = ("hallucinated_id", "loop", "wrong_argument")
OFTEN = 0.3
CROWD = 10
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


@dataclass
class Crowd:
    """Of one pack: failed episodes with one mistake that loses and others that are harmless."""

    episodes: int = 0
    found: int = 0
    """Mending the one saves the episode."""
    blamed: int = 0
    harmless: int = 0
    """Of what is blamed, what is a harmless mistake."""
    wrong: int = 0
    """Of these, those whose mending seems to save the episode."""


def evidence(quick: bool = False) -> Iterator[Goal]:
    """Rows for each pack: how often the planted step is the one whose mending flips the outcome."""
    for name in PACKS:
        found = asyncio.run(_of_pack(name, 12 if quick else TASKS, 2 if quick else REPEATS))
        yield from _goals(name, found)
        yield from _beside(name, asyncio.run(_crowd(name, 6 if quick else CROWD)))


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


def _beside(name: str, crowd: Crowd) -> Iterator[Goal]:
    yield Goal(
        f"{name}: lost by one wrong argument beside harmless mistakes: that is what mending shows, of {crowd.episodes}",
        crowd.found / max(crowd.episodes, 1),
        "",
        FOUND,
        "at least",
    )
    yield Goal(f"{name}: harmless mistakes that rules blame there, of {crowd.blamed}", crowd.harmless, "")
    yield Goal(f"{name}: those that seem to save it when they are mended", crowd.wrong, "", 0)


async def _of_pack(name: str, tasks: int, repeats: int) -> Found:
    worlds, environment, pack = _opened(name)
    found = Found()
    for card in pack.tasks()[:tasks]:
        for fault in FAULTS:
            for repeat in range(repeats):
                agent, episode = await _planted(pack, card, fault, repeat)
                if len(agent.planted) == 1 and not solved(episode):
                    await _count(found, agent.planted[0], _in(episode, environment), worlds)
    return found


def _opened(name: str) -> tuple[PackWorlds, EnvironmentRef, Pack]:
    job = JobSpec.model_validate({"name": "evidence", "environments": [{"pack": name}], "agents": [{"kind": "idle"}]})
    packs = load_packs(job, [ROOT])
    return PackWorlds(job, References.planned(job, packs)), Plan(job, packs).environments[0], packs[name]


def _in(episode: Episode, environment: EnvironmentRef) -> Episode:
    """As an episode of a job."""
    return episode.model_copy(update={"spec": episode.spec.model_copy(update={"environment": environment})})


async def _planted(pack: Pack, card: TaskCard, fault: Fault, repeat: int) -> tuple[PlantedAgent, Episode]:
    seed = derive_seed("evidence", pack.name, card.id, fault, repeat)
    agent = PlantedAgent(pack.reference(card.id), fault, RATES[fault], RECOVERY, seed)
    return agent, await played(pack, card, agent, limits=LIMITS)


async def _crowd(name: str, tasks: int) -> Crowd:
    worlds, environment, pack = _opened(name)
    known, crowd = known_values(pack.reference(card.id) for card in pack.tasks()), Crowd()
    for card in pack.tasks()[:tasks]:
        script = pack.reference(card.id)
        record, tools = await tried(pack, card, script), pack.environment(card.id).tools()
        for mutant in mutants(script, record, tools, known):
            for fault in HARMLESS if mutant.argument else ():
                seed = derive_seed("crowd", name, card.id, fault)
                twin = PlantedAgent(script, fault, OFTEN, 1.0, seed)
                agent = PlantedAgent(mutant.script, fault, OFTEN, 1.0, seed)
                good, bad = await played(pack, card, twin), await played(pack, card, agent)
                if agent.planted and solved(good) and not solved(bad):
                    await _sort(crowd, _spot(good, bad), _in(bad, environment), worlds)
    return crowd


async def _sort(crowd: Crowd, cause: Acted, episode: Episode, worlds: PackWorlds) -> None:
    (reading,) = await read([Scored(episode=episode)], worlds)
    trials = await try_all(reading, worlds)
    crowd.episodes += 1
    crowd.blamed += len(trials)
    crowd.found += any(trial.outcome == "flipped" and _same_work(episode, trial, cause) for trial in trials)
    harmless = [trial for trial in trials if _elsewhere(episode, trial, cause)]
    crowd.harmless += len(harmless)
    crowd.wrong += sum(trial.outcome == "flipped" for trial in harmless)


def _same_work(episode: Episode, trial: Trial, cause: Acted) -> bool:
    """Whether it is about the call that loses, or about another one of the same tool, or comes behind it."""
    return trial.symptom.tool == cause.call.name or _first(episode, _places(trial)) >= cause.turn


def _elsewhere(episode: Episode, trial: Trial, cause: Acted) -> bool:
    """Whether the mistake is in another step of the work, before the one that loses."""
    before = 0 < _first(episode, trial.symptom.positions) < cause.turn
    return before and trial.symptom.tool not in ("", cause.call.name)


def _spot(good: Episode, bad: Episode) -> Acted:
    """The call in which the two first do something else."""
    pairs = zip(good.acted, bad.acted, strict=False)
    return next(other for one, other in pairs if one.call.arguments != other.call.arguments)


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
    turn = _first(episode, places)
    return "nowhere" if not turn else "at" if turn == planted else "before" if turn < planted else "after"


def _first(episode: Episode, places: Sequence[int]) -> int:
    """The turn of the first of `places`; 0 where there is none."""
    event = episode.events[places[0]] if places else None
    return 0 if event is None or event.kind == "said" else event.turn


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer tasks and repetitions")
    parser.add_argument("--json", action="store_true", help="for machines")
    arguments = parser.parse_args()
    report(evidence(arguments.quick), as_json=arguments.json)
