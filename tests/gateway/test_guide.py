"""The Python of docs/guides/gateway.md runs against what the page tells to start."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest
from support.pages import ROOT, Block, blocks_of

from wardian.gateway.opening import open_gateway
from wardian.simulator.local import served
from wardian.specs.load import loaded_serving

PAGE = ROOT / "docs" / "guides" / "gateway.md"
BLOCKS = [block for block in blocks_of(PAGE) if block.language == "python"]
WHERE = "http://127.0.0.1:8710"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
async def test_python_runs(block: Block) -> None:
    with loaded_serving(ROOT / "configs" / "fusion.yaml", environ={}) as spec:
        async with open_gateway(spec, {}) as app, served(app, deserting=True) as url:
            assert WHERE in block.text
            words = ["-W", "error", "-c", block.text.replace(WHERE, url)]
            program = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE, stderr=PIPE)
            said, complaints = await program.communicate()
    assert (program.returncode, complaints) == (0, b"")
    assert said.strip()


def test_there_is_something_to_run() -> None:
    assert len(BLOCKS) == 2
