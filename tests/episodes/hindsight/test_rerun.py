"""What would have come of it, had the agent done something else at one place."""

import pytest
from support.counting import PACK, counted
from support.scripts import do, say

from wardian.episodes.hindsight.forks import Exhausted, Forks
from wardian.episodes.hindsight.mending import Mending
from wardian.episodes.hindsight.replay import Diverged
from wardian.episodes.hindsight.rerun import Rerun
from wardian.episodes.record import Episode

ONE, DONE = do("add", by=1), say("Done.")


async def rerun(episode: Episode) -> Rerun:
    task = episode.spec.task.id
    return await Rerun.of(episode, lambda: PACK.environment(task), PACK.reference(task))


def places(episode: Episode) -> list[int]:
    return [place for place, event in enumerate(episode.events) if event.kind == "acted"]


async def test_the_right_call_in_the_place_of_the_wrong_one_and_the_rest_as_it_was() -> None:
    episode = await counted(3, ONE, do("add", by=5), ONE, DONE)
    again, (_, wrong, _) = await rerun(episode), places(episode)
    assert await again.mended(Mending(instead={wrong: (ONE,)}))
    assert not await again.mended(Mending(instead={wrong: (do("add", by=2),)}))
    assert not await again.mended(Mending(instead={wrong: ()}))


async def test_what_was_not_done_is_done_before_something_or_at_the_end() -> None:
    episode = await counted(2, ONE, DONE)
    again = await rerun(episode)
    assert await again.mended(Mending(before={len(episode.events) - 1: (ONE,)}))
    assert not await again.mended(Mending(before={len(episode.events): (ONE,)})), "the user has left"


async def test_two_mendings_are_one_and_can_be_taken_apart() -> None:
    one, other = Mending(instead={3: (ONE,)}), Mending(before={5: (DONE,)})
    both = one | other
    assert (both - one, both - other) == (other, one)
    assert (both - both).empty
    assert (one | Mending(instead={3: ()})) == one


async def test_lost_is_where_the_reference_succeeds_before_and_not_behind() -> None:
    episode = await counted(3, ONE, do("add", by=-1), do("add", by=5), ONE, DONE)
    again, (first, refused, wrong, behind) = await rerun(episode), places(episode)
    assert await again.lost_at(wrong) == tuple(PACK.reference("count-3")[1:])
    for place in (first, refused, behind):
        assert await again.lost_at(place) is None
    assert await again.decisive(limited=True) == wrong


async def test_whom_a_limit_ended_has_lost_when_the_turns_no_longer_suffice() -> None:
    refused = do("add", by=-1)
    episode = await counted(2, refused, refused, refused, turns=3)
    again = await rerun(episode)
    assert await again.decisive(limited=False) is None
    assert await again.decisive(limited=True) == places(episode)[1]
    assert await again.way_on() is None
    assert await again.mended(Mending(instead=dict(zip(places(episode), [(ONE,), (ONE,), ()], strict=True))))
    assert not await again.mended(Mending(before={places(episode)[2]: (ONE, ONE)})), "one turn too many"


async def test_a_reference_that_never_succeeds_gives_no_hope() -> None:
    episode = await counted(2, DONE)
    task = episode.spec.task.id
    again = await Rerun.of(episode, lambda: PACK.environment(task), [do("add", by=9)])
    assert not await again.hopeful()
    assert await (await rerun(episode)).hopeful()


async def test_a_world_that_does_something_else_now_is_no_witness() -> None:
    episode = await counted(2, ONE, DONE)
    with pytest.raises(Diverged):
        await rerun(episode.model_copy(update={"opening_digest": "another"}))


async def test_nobody_tries_for_ever() -> None:
    forks = Forks(lambda: PACK.environment("count-2"), PACK.reference("count-2"), most=2)
    for _ in range(2):
        assert not await forks.succeeds(b"0", [ONE])
    with pytest.raises(Exhausted):
        await forks.succeeds(b"0", [ONE, ONE])
