"""From YAML text to a `Document`: safe, bounded, and strict about keys given twice."""

from collections.abc import Mapping
from typing import Any, cast

import yaml
from yaml.composer import ComposerError
from yaml.error import MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from wardian.base.errors import ConfigError
from wardian.specs.document import Document
from wardian.specs.masking import mask
from wardian.specs.places import KeyPath, Place, Problem
from wardian.specs.scalars import MERGE, RESOLVERS, STRING, ScalarError, plain_tag, scalar_value
from wardian.specs.variables import VariableError, interpolate

__all__ = ["parse"]

DEEPEST = 32
MOST_VALUES = 20_000
"""With aliases written out: a file of some lines could otherwise stand for billions of values."""


def parse(text: str, *, source: str, environ: Mapping[str, str] | None, numbered: bool = True) -> Document:
    """The document in `text`; `source` is how problems name it, with a line when it is `numbered`.

    Without an `environ`, `${VAR}` is nothing but text.

    Raises:
        ConfigError: when it is no YAML. Problems with single values are in the document.
    """
    builder = _Builder(source, environ, numbered)
    try:
        return builder.document(_compose(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place, said = builder.place(mark.line if mark else 0), _syntax(error, text)
    except ReaderError as error:
        place = builder.place(text.count("\n", 0, error.position))
        said = f"the character U+{ord(text[error.position]):04X} is not allowed in YAML"
    raise ConfigError(mask(f"{place}: {said}"))


def _compose(text: str) -> Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _syntax(error: MarkedYAMLError, text: str) -> str:
    said = ", ".join(part for part in (error.context, error.problem) if part)
    lines = text.split("\n")
    line = lines[error.problem_mark.line] if error.problem_mark and error.problem_mark.line < len(lines) else ""
    if "\\t" in said:
        return "not valid YAML: a tab cannot indent; use spaces"
    hint = '; inside { } and [ ] a "${…}" needs quotes' if "${" in line else ""
    return f"not valid YAML: {said}{hint}"


class _Loader(yaml.SafeLoader):
    """Composes nodes of limited depth, with the scalars of YAML 1.2."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self.depth += 1
        if self.depth > DEEPEST:
            mark = None if parent is None else parent.start_mark
            raise ComposerError(None, None, f"nested deeper than {DEEPEST} levels", mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in RESOLVERS:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)


class _Builder:
    """Turns nodes into values and writes down where they stand."""

    def __init__(self, source: str, environ: Mapping[str, str] | None, numbered: bool) -> None:
        self._environ = environ
        self._numbered = numbered
        self._document = Document(source)
        self._values = 0

    def place(self, line: int) -> Place:
        """The place of a line, counted from 0."""
        return Place(source=self._document.source, line=line + 1 if self._numbered else None)

    def document(self, node: Node | None) -> Document:
        self._document.places[()] = self.place(0)
        if node is not None:
            self._document.value = self._build(node, ())
        return self._document

    def _count(self, node: Node, depth: int) -> None:
        self._values += 1
        if self._values > MOST_VALUES or depth > DEEPEST:
            raise ComposerError(None, None, "too many values, or an alias that contains itself", node.start_mark)

    def _build(self, node: Node, path: KeyPath) -> Any:
        self._count(node, len(path))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return self._sequence(node, path)
        return self._scalar(cast("ScalarNode", node), path)

    def _mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
        result = {}
        for key, (key_node, value) in self._entries(node, path).items():
            self._stand((*path, key), key_node)
            result[key] = self._build(value, (*path, key))
        return result

    def _sequence(self, node: SequenceNode, path: KeyPath) -> list[Any]:
        result = []
        for index, item in enumerate(node.value):
            self._stand((*path, index), item)
            result.append(self._build(item, (*path, index)))
        return result

    def _scalar(self, node: ScalarNode, path: KeyPath) -> Any:
        try:
            text = node.value if self._environ is None else interpolate(node.value, self._environ)
            tag = node.tag
            if text != node.value and node.style is None and tag == STRING:
                tag = plain_tag(text)
            return scalar_value(tag, text)
        except (VariableError, ScalarError) as error:
            self._document.complain(path, str(error))
            return None

    def _stand(self, path: KeyPath, node: Node) -> None:
        self._document.places[path] = self.place(node.start_mark.line)

    def _entries(self, node: MappingNode, path: KeyPath, depth: int = 0) -> dict[str, tuple[Node, Node]]:
        """Key to nodes: what `<<` merges in comes first, so that the mapping's own keys win."""
        self._count(node, depth)
        merged: dict[str, tuple[Node, Node]] = {}
        own: dict[str, tuple[Node, Node]] = {}
        for key_node, value in node.value:
            if key_node.tag == MERGE:
                for part in reversed(_mappings(value)):
                    merged |= self._entries(part, path, depth + 1)
            else:
                self._enter(own, key_node, value, path)
        return merged | own

    def _enter(self, own: dict[str, tuple[Node, Node]], key_node: Node, value: Node, path: KeyPath) -> None:
        if not isinstance(key_node, ScalarNode):
            raise ComposerError(None, None, "a key must be a text", key_node.start_mark)
        key = key_node.value
        if key in own:
            place = self.place(key_node.start_mark.line)
            text = f"given twice, first in line {own[key][0].start_mark.line + 1}"
            self._document.problems.append(Problem(place=place, path=(*path, key), text=text))
        own.setdefault(key, (key_node, value))


def _mappings(node: Node) -> list[MappingNode]:
    parts: list[Any] = node.value if isinstance(node, SequenceNode) else [node]
    for part in parts:
        if not isinstance(part, MappingNode):
            raise ComposerError(None, None, "'<<' takes a mapping or a list of mappings", part.start_mark)
    return parts
