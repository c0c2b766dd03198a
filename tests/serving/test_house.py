"""Sessions do not share what goes wrong in one of them."""

from pathlib import Path

from wardian.base.messages import Message, ToolCall
from wardian.environments.packs import load_pack
from wardian.serving.house import House, Rules
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import Limits

PACK = load_pack(EnvironmentSpec(pack="hanging"), [Path(__file__).parents[1] / "support" / "packs"])
WORK = Message(role="assistant", tool_calls=(ToolCall(id="1", name="work"),))
DONE = Message(role="assistant", content="Done.")


async def test_a_tool_that_hangs_ends_its_own_session_and_no_other_of_the_same_episode() -> None:
    async with House(PACK, Rules(limits=Limits(tool_s=0.2))).open_doors() as house:
        (one, _), (other, _) = [await house.open("busy-1", seed=1) for _ in range(2)]
        await one.act(WORK)
        assert (await one.act(WORK)).stop == "failed"
        await other.act(WORK)
        step = await other.act(DONE)
        assert step.stop == "finished"
        assert step.findings is not None
        hung = (await house.close(one.name)).episode
    assert hung.missing
    assert hung.failure is not None
    assert hung.failure.kind == "tool_hung"
