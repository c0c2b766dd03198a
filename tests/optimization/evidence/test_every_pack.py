"""Whatever an agent does in whichever pack: trying it again raises nothing and changes no record."""

import random
from collections.abc import Sequence
from functools import partial

import pytest

from wardian.agents.script_agent import ScriptAgent
from wardian.base.clock import SystemClock
from wardian.base.identity import random_stream
from wardian.base.messages import Message
from wardian.base.watchdog import Watchdog
from wardian.certification.trial import LIMITS, solved
from wardian.environments.pack import Pack
from wardian.environments.packs import bundled_roots, load_packs
from wardian.episodes.record import Episode
from wardian.episodes.runner import run_episode
from wardian.optimization.evidence.evidence import Excerpt
from wardian.optimization.evidence.trajectories import TrajectoryDiagnostician
from wardian.reports.failures.references import References
from wardian.reports.failures.worlds import PackWorlds
from wardian.runs.plan import Plan
from wardian.scoring.score import Scored
from wardian.specs.job import JobSpec

PACKS = ("bank", "demo_programs", "device_support", "helpdesk", "library", "office", "openapi_demo", "ops", "retail")
TOKENS = 2_000


def spoilt(script: Sequence[Message], stream: random.Random) -> list[Message]:
    """With messages left out, doubled, moved, cut off, or with letters of their arguments exchanged."""
    messages = list(script)
    for _ in range(stream.randint(1, 4)):
        place = stream.randrange(len(messages))
        match stream.randrange(5):
            case 0:
                del messages[place]
            case 1:
                messages.insert(place, messages[place])
            case 2:
                messages.append(messages.pop(place))
            case 3:
                messages = messages[: place + 1]
            case _:
                messages[place] = garbled(messages[place], stream)
        if not messages:
            return [Message(role="assistant", content="\ud800")]
    return messages


def garbled(message: Message, stream: random.Random) -> Message:
    def other(text: str) -> str:
        place = stream.randrange(len(text)) if text else 0
        return text[:place] + stream.choice('0ax"}{\ud800') + text[place + 1 :]

    calls = tuple(call.model_copy(update={"arguments": other(call.arguments)}) for call in message.tool_calls)
    return message.model_copy(update={"tool_calls": calls, "content": other(message.content)})


def opened(name: str) -> tuple[Pack, Plan, JobSpec]:
    job = JobSpec.model_validate(
        {"name": "j", "environments": [{"pack": name, "tasks": 3}], "agents": [{"kind": "idle"}]}
    )
    packs = load_packs(job, bundled_roots())
    return packs[name], Plan(job, packs), job


async def failed(name: str) -> tuple[list[Episode], JobSpec]:
    pack, plan, job = opened(name)
    episodes = []
    for number, spec in enumerate([*plan] * 4):
        own = spec.model_copy(update={"repeat": number})
        script = spoilt(pack.reference(spec.task.id), random_stream("spoilt", name, number))
        agent = ScriptAgent(script, "spoilt")
        episode = await run_episode(own, partial(pack.environment, own.task.id), agent, LIMITS, SystemClock())
        if not solved(episode):
            episodes.append(episode)
    return episodes, job


def size(excerpt: Excerpt) -> int:
    """In tokens, at three bytes each."""
    return len((excerpt.turns + excerpt.difference + excerpt.mended).encode()) // 3


@pytest.mark.parametrize("name", PACKS)
async def test_spoilt_references_become_evidence(name: str) -> None:
    episodes, job = await failed(name)
    before = [episode.model_dump() for episode in episodes]
    watchdog = Watchdog()
    references = References.of(job, bundled_roots(), watchdog)
    worlds = PackWorlds(job, references)
    scored = [Scored(episode=episode) for episode in episodes]
    with watchdog.watching():
        found = await TrajectoryDiagnostician(worlds).diagnose(scored, 1)
        again = await TrajectoryDiagnostician(worlds).diagnose(scored[::-1], 1)
    assert found == again
    assert [episode.model_dump() for episode in episodes] == before
    assert any(each.counterfactual.flipped for each in found)
    assert max(size(excerpt) for each in found for excerpt in each.excerpts) <= TOKENS
