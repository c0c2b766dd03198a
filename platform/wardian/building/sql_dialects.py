"""Statements of PostgreSQL's and MySQL's dumps in words that SQLite understands. Data is left as it is."""

import re
from typing import Final

__all__ = ["is_mysql", "translated"]

MYSQL: Final = re.compile(r"^-- (?:MySQL|MariaDB) dump|\)\s*ENGINE\s*=", re.IGNORECASE | re.MULTILINE)
HEAD: Final = re.compile(
    r"(\s*(?:CREATE\s+TABLE|INSERT\s+(?:IGNORE\s+)?INTO|COPY|ALTER\s+TABLE(?:\s+ONLY)?)\s+(?:IF\s+NOT\s+EXISTS\s+)?)\"?public\"?\.",
    re.IGNORECASE,
)
DEFINES: Final = re.compile(r"\s*(?:CREATE|ALTER)\s+TABLE\b", re.IGNORECASE)
WORDS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\bDEFAULT\s+nextval\([^)]*\)", ""),
        (r"'::[a-z_]+(?: varying| precision)?(?:\(\d+(?:,\d+)?\))?(?:\[\])?", "'"),
        (r"\bpublic\.", ""),
        (r"\bGENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY(?:\s*\([^)]*\))?", ""),
        (r"\)\s*ENGINE\s*=[^;]*;", ");"),
        (r"\bAUTO_INCREMENT\b", ""),
        (r"\bCHARACTER\s+SET\s+\w+|\bCOLLATE\s+[\w\"]+", ""),
        (r"\bCOMMENT\s+'(?:[^']|'')*'", ""),
        (r"\b(?:enum|set)\s*\([^)]*\)", "TEXT"),
        (r"\bON\s+UPDATE\s+CURRENT_TIMESTAMP(?:\(\d*\))?|\bunsigned\b|\bzerofill\b", ""),
        (r",\s*(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?KEY\s+`[^`]*`\s*\((?:[^()]|\(\d+\))*\)(?:\s+USING\s+\w+)?", ""),
    )
)
"""What definitions of tables say that SQLite does not, and what stands there instead."""
ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "", "'": "''"}


def is_mysql(dump: str) -> bool:
    """Whether a dump is one of MySQL or MariaDB, whose texts have escapes."""
    return MYSQL.search(dump[:1_000_000]) is not None


def translated(statement: str, *, mysql: bool) -> str:
    """A statement for SQLite."""
    if DEFINES.match(statement):
        for pattern, instead in WORDS:
            statement = pattern.sub(instead, statement)
        return statement
    statement = HEAD.sub(r"\1", statement, count=1)
    if not mysql:
        return statement
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), statement, flags=re.DOTALL)
