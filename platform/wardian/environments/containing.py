"""Searching for words."""

__all__ = ["containing"]

MOST_WORDS = 8


def containing(expression: str, query: str) -> tuple[str, list[str]]:
    """A condition of SQL that all words of `query` occur in `expression`, and its values; eight words at most.

    Capitals make no difference, as far as SQLite knows them: both sides are made small by it.
    """
    words = query.split()[:MOST_WORDS]
    return " AND ".join([f"instr(lower({expression}), lower(?)) > 0"] * len(words)) or "1", words
