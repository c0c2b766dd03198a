"""What a register has given away, it does not give again."""

from random import Random

from wardian.environments.register import Register


def test_a_name_is_given_away_once() -> None:
    register = Register("Ada")
    assert not register.take("Ada")
    assert register.take("Bo")
    assert not register.take("Bo")


def test_numbers_are_as_long_as_they_should_be_and_never_the_same() -> None:
    register, random = Register("K1"), Random(1)
    assert {register.number(random, "K", digits=1) for _ in range(8)} == {f"K{n}" for n in range(2, 10)}
    assert len(register.number(random, "K")) == len("K12345")


def test_the_same_stream_draws_the_same_numbers() -> None:
    one, other = (Register().number(Random(7), "P") for _ in range(2))
    assert one == other
