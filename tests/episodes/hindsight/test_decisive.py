"""The decisive step is the one with which success was lost, and not one before or after it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import pytest
from support.packs.counter.environment import Counter, CounterPack
from support.scripts import do, say

from wardian.agents.script_agent import ScriptAgent
from wardian.base.messages import Message
from wardian.certification.mutants import known_values, mutants
from wardian.certification.trial import played, solved, tried
from wardian.environments.findings import Findings
from wardian.environments.packs import bundled_roots, load_pack
from wardian.episodes.hindsight.decisive import Hindsight, look_back
from wardian.episodes.record import Episode
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import Limits

PACK = CounterPack(tasks=3)
CARD = PACK.tasks()[2]
REFERENCE = PACK.reference(CARD.id)


async def counted(*script: Message, turns: int = 9) -> Episode:
    """Somebody counts to three."""
    return await played(PACK, CARD, ScriptAgent(script, "somebody"), limits=Limits(turns=turns))


async def back(episode: Episode, reference: Sequence[Message] = REFERENCE) -> Hindsight:
    return await look_back(episode, lambda: PACK.environment(CARD.id), reference)


async def test_one_too_many_is_where_it_is_lost() -> None:
    episode = await counted(do("add", by=1), do("add", by=5), do("add", by=1), say("Done."))
    found = await back(episode)
    assert (found.verdict, found.position) == ("decisive", 4)
    assert episode.events[4].kind == "acted"


async def test_a_detour_loses_nothing() -> None:
    episode = await counted(do("add", by=-1), do("add", by=1), say("more?"), do("add", by=7), say("Done."))
    assert (await back(episode)).position == 8


async def test_who_leaves_too_early_loses_with_that() -> None:
    found = await back(await counted(do("add", by=1), say("Done.")))
    assert (found.verdict, found.position) == ("decisive", 3)


async def test_whoever_is_cut_off_has_lost_nothing_yet() -> None:
    found = await back(await counted(do("add", by=1), do("add", by=1), turns=2))
    assert (found.verdict, found.position, found.forks) == ("open", None, 1)


async def test_a_reference_that_never_succeeds_shows_nothing() -> None:
    found = await back(await counted(do("add", by=1), say("Done.")), [do("add", by=9)])
    assert (found.verdict, found.position) == ("hopeless", None)


@pytest.mark.parametrize("place", [2, 4])
async def test_a_world_that_does_something_else_now_is_no_witness(place: int) -> None:
    episode = await counted(do("add", by=1), do("add", by=5), say("Done."))
    events = list(episode.events)
    events[place] = events[place].model_copy(update={"digest": "another"})
    assert (await back(episode.model_copy(update={"events": tuple(events)}))).verdict == "diverged"


async def test_a_user_who_says_something_else_now_is_no_witness() -> None:
    episode = await counted(do("add", by=1), say("more?"), say("Done."))
    said = next(place for place, event in enumerate(episode.events) if place > 0 and event.kind == "said")
    events = list(episode.events)
    events[said] = events[said].model_copy(update={"text": "Stop."})
    assert (await back(episode.model_copy(update={"events": tuple(events)}))).verdict == "diverged"


async def test_a_world_that_breaks_is_said_so() -> None:
    class Jammed(Counter):
        def restore(self, snapshot: bytes) -> None:
            raise RuntimeError("jammed")

    episode = await counted(do("add", by=1), say("more?"), do("add", by=9))
    assert (await look_back(episode, lambda: Jammed(3), REFERENCE)).verdict == "broken"


def test_a_world_that_hangs_is_broken_too(run_virtual: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
    class Hanging(Counter):
        async def examine(self) -> Findings:
            await asyncio.Event().wait()
            raise AssertionError

    async def looked() -> Hindsight:
        episode = await counted(do("add", by=1), say("Done."))
        return await look_back(episode, lambda: Hanging(3), REFERENCE)

    assert run_virtual(looked()).verdict == "broken"


@pytest.mark.parametrize("name", ["retail", "ops", "device_support", "helpdesk"])
async def test_a_wrong_argument_is_decisive_in_the_shipped_packs(name: str) -> None:
    """References with one wrong argument in a call that changes something: no earlier step is to blame."""
    pack = load_pack(EnvironmentSpec(pack=name), bundled_roots())
    known = known_values(pack.reference(card.id) for card in pack.tasks())
    looked = 0
    for card in pack.tasks()[:10]:
        reference, make = pack.reference(card.id), partial(pack.environment, card.id)
        record = await tried(pack, card, reference)
        for mutant in mutants(reference, record, make().tools(), known):
            episode = await tried(pack, card, mutant.script)
            if not mutant.argument or solved(episode):
                continue
            found = await look_back(episode, make, reference)
            assert found.verdict == "decisive", mutant.wrong
            assert found.position is not None
            assert found.position >= first_difference(episode, record), mutant.wrong
            looked += 1
    assert looked >= 5


@pytest.mark.parametrize("name", ["library", "retail", "bank", "ops", "demo_programs"])
async def test_from_every_state_of_its_own_episodes_the_reference_succeeds(name: str) -> None:
    pack = load_pack(EnvironmentSpec(pack=name), bundled_roots())
    for card in pack.tasks()[:3]:
        reference, make = pack.reference(card.id), partial(pack.environment, card.id)
        whole = await tried(pack, card, reference)
        for turns in range(1, len(reference)):
            cut = await played(pack, card, ScriptAgent(reference, "cut"), limits=Limits(turns=turns))
            assert (await look_back(cut, make, reference)).verdict == "open", f"{card.id} after {turns} turns"
        assert solved(whole)


def first_difference(episode: Episode, record: Episode) -> int:
    """Where the two records part."""
    pairs = zip(episode.acted, record.acted, strict=False)
    parted = next(one for one, other in pairs if one.call.arguments != other.call.arguments)
    return episode.events.index(parted)
