"""Nothing passes from one episode to another, though BFCL's services share data by themselves."""

import asyncio
import importlib
import os
import subprocess
import sys
from decimal import getcontext

import pytest
from support.bfcl import bfcl, opened
from support.played import play
from support.scripts import do, tool_call
from support.shipped import ROOT

from wardian.base.errors import EnvironmentFault

MULTI_TURN = "bfcl_eval.eval_checker.multi_turn_eval"
EXECUTOR = importlib.import_module(f"{MULTI_TURN}.multi_turn_utils")
TASKS = [card.id for card in bfcl().tasks()]

DIGESTS = """
import asyncio
from support.bfcl import bfcl, opened
from support.played import play

async def main():
    for card in bfcl().tasks()[::40]:
        environment = await opened(card.id)
        played = await play(environment, bfcl().reference(card.id))
        print(card.id, environment.digest(), [each.text for each in played.seen])

asyncio.run(main())
"""


async def test_interleaved_episodes_are_as_valid_as_single_ones() -> None:
    """Twins of 200 tasks take turns, call by call."""

    async def one(task: str) -> bool:
        environment = await opened(task)
        for message in bfcl().reference(task):
            await play(environment, [message])
            await asyncio.sleep(0)
        return (await environment.examine()).success

    assert all(await asyncio.gather(*(one(task) for task in TASKS[:200] for _ in range(2))))


async def test_the_checker_leaves_nothing_behind() -> None:
    before = set(vars(EXECUTOR))
    environment = await opened("multi_turn_base_0")
    await play(environment, bfcl().reference("multi_turn_base_0"))
    await environment.examine()
    assert set(vars(EXECUTOR)) == before


async def test_shared_credit_cards_are_charged_for_one_episode_only() -> None:
    shared = importlib.import_module(f"{MULTI_TURN}.func_source_code.long_context").CREDIT_CARD_EXTENSION
    card = max(shared, key=lambda each: shared[each]["balance"])
    before = {name: dict(each) for name, each in shared.items()}
    task = next(task for task in TASKS if "long_context" in task and "book_flight" in _names(task))
    environment = await opened(task)
    login = tool_call(
        "authenticate_travel",
        client_id="a", client_secret="b", refresh_token="c", grant_type="read_write",
        user_first_name="M", user_last_name="T",
    )  # fmt: skip
    token = (await environment.call(login)).text.split('"access_token": "')[1][:6]
    await environment.call(tool_call("set_budget_limit", access_token=token, budget_limit=1))
    booked = await environment.call(
        tool_call(
            "book_flight",
            access_token=token,
            card_id=card,
            travel_date="2024-11-15",
            travel_from="SFO",
            travel_to="LAX",
            travel_class="economy",
        )
    )
    assert '"booking_status": true' in booked.text
    assert [change.key for change in booked.changes if change.column == "balance"] == [f"credit_card_list/{card}"]
    assert shared == before


async def test_a_default_list_is_new_for_every_call() -> None:
    """`post_tweet` has `mentions=[]` as default, and `mention` extends the list that the tweet was given."""
    for _ in range(2):
        environment = await opened("multi_turn_base_0")
        await environment.call(tool_call("authenticate_twitter", username="analyst_pro", password="Kj8#mP9$vL2"))
        posted = await environment.call(tool_call("post_tweet", content="hello"))
        assert posted.text == '{"id": 3, "username": "analyst_pro", "content": "hello", "tags": [], "mentions": []}'
        mentioned = await environment.call(tool_call("mention", tweet_id=3, mentioned_usernames=["@x"]))
        assert [(change.column, change.after) for change in mentioned.changes] == [("mentions", ["@x"])]


async def test_the_precision_of_decimal_numbers_stays() -> None:
    """`square_root` sets it for the thread, in the episode and again when the checker runs the log."""
    before = getcontext().prec
    environment = await opened("multi_turn_base_35")
    root = do("square_root", number=2, precision=3)
    first, *_ = (await play(environment, [root, *bfcl().reference("multi_turn_base_35")])).seen
    assert first.text == "{'result': Decimal('1.41')}"
    assert (await environment.examine()).success
    assert getcontext().prec == before


async def test_a_fork_goes_its_own_way() -> None:
    task = "multi_turn_base_0"
    script = bfcl().reference(task)
    environment, fork = await opened(task), bfcl().environment(task)
    await play(environment, script[:6])
    fork.restore(environment.snapshot())
    assert fork.digest() == environment.digest()
    assert [tool.name for tool in fork.tools()] == [tool.name for tool in environment.tools()]
    await fork.call(tool_call("rm", file_name="final_report.pdf"))
    assert fork.digest() != environment.digest()
    await play(environment, script[6:])
    await play(fork, script[6:])
    assert (await environment.examine()).success
    assert not (await fork.examine()).success


async def test_a_snapshot_belongs_to_its_task() -> None:
    snapshot = (await opened("multi_turn_base_0")).snapshot()
    with pytest.raises(EnvironmentFault, match="multi_turn_base_0 cannot become multi_turn_base_1"):
        bfcl().environment("multi_turn_base_1").restore(snapshot)


def test_digests_are_equal_in_all_processes() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", DIGESTS],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT / "tests")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Kolkata"))
    }
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) == 20


def _names(task: str) -> set[str]:
    return {tool.name for tool in bfcl().environment(task).tools()}
