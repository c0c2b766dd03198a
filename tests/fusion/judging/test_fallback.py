"""Without a judge the vote decides, then who is closest to the others, then who was believed before."""

from itertools import permutations

from support.judges import answer

from wardian.fusion.judging.fallback import fallback

LONG = answer("long", "an entirely different and very very long answer that nobody else supports " * 20)


def test_most_weight_wins() -> None:
    two = [answer("a", "four"), answer("b", "Four"), LONG]
    assert fallback([*two, answer("c", "five", weight=1.5)])[1] == "vote"
    assert fallback([answer("a", "four"), answer("b", "four"), LONG])[0].message == answer("a", "four").message


def test_among_equals_the_closest_to_all_others_wins_and_never_the_longest() -> None:
    close = [
        answer("a", "the refund is 4 euro"),
        answer("b", "the refund is 5 euro"),
        answer("c", "a refund is 4 euro"),
    ]
    best, by = fallback([*close, LONG])
    assert (best.seat, by) == ("a", "medoid")


def test_two_who_differ_are_as_close_to_each_other() -> None:
    assert fallback([answer("a", "four"), LONG])[1] == "prior"
    assert fallback([answer("a", "four", weight=2), LONG])[0].seat == "a"


def test_the_order_of_members_makes_no_difference() -> None:
    members = [answer("a", "left"), answer("b", "right"), LONG]
    assert len({fallback(order)[0].seat for order in permutations(members)}) == 1
