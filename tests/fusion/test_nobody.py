"""A fusion of which no member gave an answer that can be used."""

from typing import Literal

import pytest
from support.members import Speaker
from support.panels import RunVirtual, fusion_of

from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request

ASKED = Request(model="fusion/panel", messages=(Message(role="user", content="Well?"),))


def failure_of(run_virtual: RunVirtual, *members: Speaker) -> ModelError:
    with pytest.raises(ModelError) as caught:
        run_virtual(fusion_of("fusion/panel", members).complete(ASKED))
    assert caught.value.kind == "all_members_failed"
    return caught.value


@pytest.mark.parametrize("finish", ["length", "refusal"])
def test_when_all_have_spoken_it_is_the_models_own_doing(
    run_virtual: RunVirtual, finish: Literal["length", "refusal"]
) -> None:
    members = Speaker("a", "The answer to this is", finish=finish), Speaker("b", "  ")
    assert failure_of(run_virtual, *members).cause == "agent"


def test_when_one_was_not_there_it_is_asked_again(run_virtual: RunVirtual) -> None:
    members = Speaker("a", "The answer to this is", finish="length"), Speaker("b", kind="overloaded")
    assert failure_of(run_virtual, *members).cause == "provider"
