"""One function call in its three spellings: JSON from the agent, Python for BFCL's checker, and the value itself.

The checker evaluates Python text. That text is written here from parsed JSON and a known function
name, never taken from a model.
"""

import ast
import keyword

import orjson

from wardian.base.frozen import Frozen, JsonObject, JsonValue
from wardian.environments.tool import BadArguments, parsed_object

from .functions import Functions

__all__ = ["Call", "read_arguments", "read_python"]


class Call(Frozen):
    """A function of the task's services and its arguments by name."""

    name: str
    arguments: JsonObject

    @property
    def python(self) -> str:
        """The call as a Python expression."""
        return f"{self.name}({', '.join(f'{name}={_literal(value)}' for name, value in self.arguments.items())})"

    @property
    def json_arguments(self) -> str:
        """The arguments as JSON text, as a model writes them."""
        return orjson.dumps(self.arguments).decode()


def read_arguments(text: str) -> JsonObject:
    """The arguments of a tool call, from a model's JSON text.

    Raises:
        BadArguments: when the text is no JSON object, or a key cannot be a Python argument.
    """
    arguments = parsed_object(text)
    for name in arguments:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise BadArguments(f"{name!r} cannot be the name of an argument")
    return arguments


def read_python(text: str, functions: Functions) -> Call:
    """A call out of BFCL's ground truth, its positional arguments named.

    Raises:
        ValueError: when `text` is anything but one call with literal arguments.
    """
    node = ast.parse(text, mode="eval").body
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise ValueError(f"not a call: {text}")
    arguments = dict(zip(functions[node.func.id].parameters, map(ast.literal_eval, node.args), strict=False))
    arguments |= {each.arg: ast.literal_eval(each.value) for each in node.keywords if each.arg}
    return Call(name=node.func.id, arguments=orjson.loads(orjson.dumps(arguments)))


def _literal(value: JsonValue) -> str:
    """`value` as Python source.

    BFCL puts the instance before everything that looks like a call of its functions, inside of strings
    as well: "ls(" in a text would become "<instance>.ls(". An escaped parenthesis looks like no call.
    """
    if isinstance(value, str):
        return repr(value).replace("(", r"\x28")
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_literal(key)}: {_literal(entry)}' for key, entry in value.items())}}}"
    return repr(value)
