"""The guide's pack works as written: its reference solves its tasks, silence does not."""

import re
from pathlib import Path

import yaml
from support.pages import ROOT

from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.job import JobSpec

GUIDE = ROOT / "docs" / "guides" / "first-environment.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_guide_s_job_is_valid() -> None:
    _, job = blocks("yaml")
    assert JobSpec.model_validate(yaml.safe_load(job)).environments[0].pack == "library"


def test_the_guide_shows_the_pack_that_is_shipped() -> None:
    shipped = ROOT / "envs" / "library"
    assert blocks("yaml")[0] == (shipped / "pack.yaml").read_text(encoding="utf-8")
    assert blocks("python")[0] == (shipped / "environment.py").read_text(encoding="utf-8")


async def test_the_guide_s_pack_works_as_written(tmp_path: Path) -> None:
    folder = tmp_path / "envs" / "library"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    (folder / "environment.py").write_text(blocks("python")[0], encoding="utf-8")
    pack = load_pack(EnvironmentSpec(pack="library", knobs={"loans": 5}), [tmp_path / "envs"])
    assert len(pack.tasks()) == 10
    for card in pack.tasks():
        world, silent = pack.environment(card.id), pack.environment(card.id)
        await world.open(0), await silent.open(0)
        ended = False
        for message in pack.reference(card.id):
            assert not ended
            for call in message.tool_calls:
                assert (await world.call(call)).error is None
            if not message.tool_calls:
                ended = await world.reply(message.content) is None
        assert ended
        assert (await world.examine()).success
        assert not (await silent.examine()).success
