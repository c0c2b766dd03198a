"""What docs/concepts/simulator.md shows works, and it names every fault."""

import re
import shlex

import yaml
from support.pages import ROOT
from support.simulator import Tasks, client_of

from wardian.simulator.app import SimulatorApp
from wardian.simulator.skill import FAULTS
from wardian.specs.models import SimulatorServer

PAGE = (ROOT / "docs/concepts/simulator.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def server() -> SimulatorServer:
    return SimulatorServer.model_validate(yaml.safe_load(block("yaml"))["servers"]["simulator"])


async def test_the_request_gets_an_answer_from_the_server() -> None:
    command = shlex.split(block("bash"))
    async with client_of(SimulatorApp(server(), Tasks())) as client:
        path = command[1].removeprefix("http://127.0.0.1:PORT")
        response = await client.post(path, content=command[command.index("-d") + 1])
    assert "You said: Hi" in response.json()["choices"][0]["message"]["content"]


def test_the_rates_sum_to_one() -> None:
    skill = server().skills["sim-weak"]
    assert skill.accuracy + sum(float(getattr(skill, fault)) for fault in FAULTS) == 1


def test_every_fault_is_named() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(FAULTS)
