"""The certificates that are shipped are of the packs that are shipped; `wardian envs check PACK` renews one."""

import pytest
from support.shipped import ENVS, shipped

from wardian.certification.standing import Standing

PACKS = ["bank", "demo_programs", "device_support", "helpdesk", "library", "office", "openapi_demo", "ops"]
PACKS += ["prompts", "retail", "sqlops", "workspace"]
ONE_MISTAKE = {"prompts": 1}
"""Where there is nothing to do but to answer, there is one mistake to make."""


@pytest.mark.parametrize("name", PACKS)
def test_it_is_there_current_and_holds(name: str) -> None:
    certificate = Standing.of(ENVS / name).current
    assert certificate is not None
    assert certificate.digest == shipped(name).digest
    assert certificate.holds
    assert certificate.elsewhere
    assert sum(each.mutants for each in certificate.tasks) >= ONE_MISTAKE.get(name, 2) * len(certificate.tasks)
