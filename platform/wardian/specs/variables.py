"""`${VAR}` and `${VAR:-default}` in texts of the config."""

import re
from collections.abc import Mapping

__all__ = ["VariableError", "interpolate"]

REFERENCE = re.compile(r"\$(\$?)\{([^}]*)\}")
INSIDE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)


class VariableError(ValueError):
    """A reference that is malformed, or to a variable that is not set."""


def interpolate(text: str, environ: Mapping[str, str]) -> str:
    """`text` with its references replaced; `$${VAR}` stands for the text `${VAR}` itself.

    As in a shell, the default also takes the place of a variable that is set but empty.

    Raises:
        VariableError: naming the variable, never a value.
    """
    return REFERENCE.sub(lambda match: _value(match, environ), text)


def _value(match: re.Match[str], environ: Mapping[str, str]) -> str:
    if match[1]:
        return match[0][1:]
    inside = INSIDE.fullmatch(match[2])
    if inside is None:
        raise VariableError(f"'{match[0]}' is neither ${{NAME}} nor ${{NAME:-default}}; $${{…}} means the text itself")
    name, default = inside[1], inside[2]
    if default is not None:
        return environ.get(name) or default
    if name not in environ:
        raise VariableError(
            f"the environment variable '{name}' is not set; set it, or give a default: ${{{name}:-value}}"
        )
    return environ[name]
