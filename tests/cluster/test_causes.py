"""Why a worker was lost, in one line."""

from wardian.cluster.causes import HINT, LONGEST, cause_of

DIED_WHILE_IT_WAS_MADE = """\
The actor died because of an error raised in its creation task, ray::worker-0-1.7:EpisodeWorker.__init__() (pid=25490)
  At least one of the input arguments for this task could not be computed:
ray.exceptions.RaySystemError: System error: Expected str or bytes, got <class 'NoneType'>
traceback: Traceback (most recent call last):
  File "function_manager.py", line 581, in load_actor_class
    actor_class = self._load_actor_class_from_gcs(
AssertionError: Expected str or bytes, got <class 'NoneType'>
"""


def test_of_a_traceback_the_last_line_counts() -> None:
    assert cause_of(RuntimeError(DIED_WHILE_IT_WAS_MADE)) == (
        "AssertionError: Expected str or bytes, got <class 'NoneType'>"
    )


def test_other_words_become_one_line_of_some_length() -> None:
    assert cause_of(RuntimeError("The actor died unexpectedly\n\tclass_name: EpisodeWorker")) == (
        "The actor died unexpectedly class_name: EpisodeWorker"
    )
    assert len(cause_of(RuntimeError("x" * 1_000))) == LONGEST


def test_who_never_ran_may_not_be_let_in() -> None:
    assert HINT in cause_of(RuntimeError("The actor never ran - it was cancelled before it started running."))


def test_nothing_is_said_of_nothing() -> None:
    assert cause_of(RuntimeError()) == ""
