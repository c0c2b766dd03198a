"""A small declarative pack for tests, and the ways to open it."""

import json
from pathlib import Path
from typing import Any

import orjson

from wardian.base.messages import ToolCall
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.simulated import SimulatedWorld
from wardian.specs.environments import EnvironmentSpec, KnobValue

MANIFEST = """\
name: club
version: "1"
world: world.yaml
knobs:
  most: {default: 9}
  extras: {default: false}
"""
WORLD = """\
now: 2026-03-02T09:00:00
policy: Be kind. {knobs.most} is the most.
tables:
  members:
    columns:
      email: {type: text, key: true}
      name: text
  boats:
    columns:
      id: {type: text, key: true, generated: "B{n}"}
      owner: {type: text, references: members.email}
      state: {type: text, one_of: [dry, wet, sunk], default: dry, moves: {dry: [wet], wet: [dry, sunk], sunk: []}}
      seats: {type: integer, min: 1, max: 8, default: 2}
      length: {type: number, optional: true}
      rigged: {type: boolean, default: false}
      checked: {type: date, optional: true}
      logged: {type: datetime, default: "{now}"}
      extras: {type: json, optional: true}
      secret: {type: text, optional: true, hidden: true}
    rows:
      - {id: B1, owner: ann@x.example, seats: 4, rigged: true, extras: {oars: 2}, secret: hush}
      - {id: B2, owner: bob@x.example, state: wet, checked: 2026-02-20, length: 3.5}
    file: boats.csv
  log:
    columns:
      n: {type: integer, key: true, generated: "{n}"}
      text: text
tools:
  get_boat: {kind: get, table: boats}
  find_boats:
    {kind: find, table: boats, by: [owner, state], contains: [id], columns: [id, state], order: [seats], limit: 3}
  find_members: {kind: find, table: members, contains: [name], needs: [name]}
  add_boat: {kind: create, table: boats, columns: [owner, seats, length, rigged, checked, extras]}
  add_member: {kind: create, table: members}
  change_boat:
    kind: update
    table: boats
    columns: [state, seats, rigged]
    require:
      - {that: "id <> 'B2' OR :seats IS NULL", message: B2 keeps its seats., code: fixed}
  drop_boat: {kind: delete, table: boats}
  drop_member: {kind: delete, table: members, offered: "{knobs.extras}"}
  check_boat:
    kind: statement
    description: Check a boat.
    arguments:
      id: {type: text, references: boats.id, description: Which boat.}
      days: {type: integer, min: 0, default: 7}
    require:
      - that: EXISTS (SELECT 1 FROM boats WHERE id = :id AND state <> 'sunk')
        message: It is sunk.
    run:
      - UPDATE boats SET checked = add_days(:today, :days), seats = seats + :days - 7 WHERE id = :id
      - INSERT INTO log(text) VALUES ('checked ' || :id || ' at ' || :now)
    result: SELECT id, checked, seats FROM boats WHERE id = :id
    one: true
  count_boats: {kind: statement, result: SELECT count(*) AS n FROM boats}
tasks:
  launch:
    for:
      boat: SELECT * FROM boats WHERE state = 'dry' ORDER BY id LIMIT {knobs.most}
      owner: SELECT * FROM members WHERE email = {boat.owner}
    id: launch_{boat.id}
    personas: [plain, terse]
    user:
      requests:
        - opening: I am {owner.name}. Launch {boat.id}, please.
          detail: Put {boat.id} into the water.
          terms: "{boat.id|re}"
    reference:
      - {call: get_boat, with: {id: "{boat.id}"}}
      - say: Shall I launch {boat.id}?
      - {call: change_boat, with: {id: "{boat.id}", state: wet, rigged: "{boat.rigged}"}}
      - say: Done, {boat.id} is in the water.
    checks:
      - {kind: communicated, name: told, pattern: "{boat.id|re}"}
"""
BOATS = """\
id,owner,state,seats,length,rigged,checked
B7,ann@x.example,dry,6,,false,
B8,ann@x.example,sunk,1,2.5,true,2026-01-31
"""


def write(folder: Path, world: str = WORLD, boats: str = BOATS, manifest: str = MANIFEST) -> Path:
    """Put the pack into a folder; the root in which it is found."""
    pack = folder / "envs" / "club"
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "pack.yaml").write_text(manifest, encoding="utf-8")
    members = "    rows: [{email: ann@x.example, name: Ann}, {email: bob@x.example, name: Bob}]\n  boats:"
    (pack / "world.yaml").write_text(world.replace("  boats:", members, 1), encoding="utf-8")
    (pack / "boats.csv").write_text(boats, encoding="utf-8")
    return folder / "envs"


def open_club(root: Path, **knobs: KnobValue) -> Pack:
    """The pack in `root`."""
    return load_pack(EnvironmentSpec(pack="club", knobs=knobs), [root])


def world_of(pack: Pack, task: str = "launch_B1") -> SimulatedWorld:
    """A fresh world."""
    world = pack.environment(task)
    assert isinstance(world, SimulatedWorld)
    return world


async def ask(world: SimulatedWorld, tool: str, **arguments: Any) -> Observation:
    """What a call gives."""
    return await world.call(ToolCall(id="c", name=tool, arguments=json.dumps(arguments)))


async def told(world: SimulatedWorld, tool: str, **arguments: Any) -> Any:
    """The value that a call gives, which must succeed."""
    observation = await ask(world, tool, **arguments)
    assert observation.error is None, observation.text
    return orjson.loads(observation.text)


async def refused(world: SimulatedWorld, tool: str, **arguments: Any) -> tuple[str, str]:
    """Code and message of a call's error; nothing has changed by it."""
    before = world.digest()
    observation = await ask(world, tool, **arguments)
    assert world.digest() == before
    assert not observation.changes
    error = orjson.loads(observation.text)["error"]
    assert error["code"] == observation.error
    return error["code"], error["message"]
