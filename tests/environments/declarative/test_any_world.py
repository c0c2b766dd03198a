"""Whatever stands in a `world.yaml`, opening the pack gives a pack or a line, and never anything else."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.worlds import open_club, write

from wardian.base.errors import ConfigError

ODD: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        10**30,
        1.5,
        "",
        " ",
        "x",
        "{",
        "{x}",
        "{boat}",
        "{boat.id}",
        "{boat.id|re}",
        "{knobs.most}",
        "{n}",
        "*",
    ),
    *(
        "SELECT 1",
        "SELECT * FROM boats",
        "DELETE FROM boats",
        "')",
        "\x00",
        "boats.id",
        "boats",
        "file:",
        "file:.",
        "2026-03-02",
    ),
    *([], {}, [[]], [{}], {"": ""}, {"a": 1}, ["plain"], "now", "from", "__class__", "model_dump", "é", "9" * 400),
]
"""What people and machines write where something else should stand."""

Path_ = tuple[Any, ...]


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def spoilt(stream: random.Random, document: Any) -> Any:
    """`document` with one value replaced, removed, or called something else."""
    *around, key = stream.choice([path for path in places(document) if path])
    target = document
    for step in around:
        target = target[step]
    what = stream.random()
    if what < 0.7:
        target[key] = stream.choice(ODD)
    elif what < 0.85 or isinstance(target, list):
        del target[key]
    else:
        target[str(stream.choice(ODD))] = target.pop(key)
    return document


def opened(root: Path) -> str:
    """What is said when the pack in `root` is opened and all its tasks are made; empty when nothing is wrong."""
    try:
        pack = open_club(root)
    except ConfigError as error:
        return str(error)
    for card in pack.tasks():
        pack.environment(card.id).close()
    return ""


@pytest.mark.parametrize("seed", range(6))
def test_a_spoilt_world_is_a_pack_or_a_line(tmp_path: Path, seed: int) -> None:
    stream = random.Random(seed)
    world = write(tmp_path) / "club" / "world.yaml"
    sound = world.read_text(encoding="utf-8")
    for _ in range(15):
        document = yaml.safe_load(sound)
        for _ in range(stream.choice((1, 1, 1, 2, 3))):
            document = spoilt(stream, document)
        world.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
        said = opened(world.parents[1])
        assert not said or said.startswith(str(world.parent))
