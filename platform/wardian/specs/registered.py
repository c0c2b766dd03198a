"""Prompts in a registry, `prompts: {support: prompts:/NAME@champion}`: read once, where a config is loaded."""

from typing import Final, Protocol

from pydantic import PositiveInt

from wardian.base.bundle import SYSTEM, Component
from wardian.base.frozen import Frozen
from wardian.base.prompt_document import read_document
from wardian.specs.document import Document
from wardian.specs.overrides import put
from wardian.specs.places import Place

__all__ = ["PREFIX", "PromptOrigin", "RegisteredText", "Registry", "read_registered"]

PREFIX: Final = "prompts:/"


class PromptOrigin(Frozen):
    """Which version of a registered prompt one of the job's prompts is."""

    name: str
    """Its name in MLflow."""
    version: PositiveInt
    """What an alias stood for when the config was read."""
    texts: dict[Component, str] = {}
    """What the version says beside the system prompt: about tools, errors, or to a fusion."""


class RegisteredText(Frozen):
    """What a registry has under a reference."""

    name: str
    version: int
    text: str


class Registry(Protocol):
    """Reads prompts."""

    def read(self, reference: str, uri: str | None, output: str | None) -> RegisteredText:
        """The text at `prompts:/NAME@ALIAS` or `prompts:/NAME/VERSION`.

        Args:
            reference: as it stands in the config.
            uri: the store that the config names; None where it names none.
            output: the output that it names, which the store is beside then.

        Raises:
            ValueError: in a line, when there is none.
        """
        ...


def read_registered(document: Document, registry: Registry | None) -> None:
    """Replace every `prompts.NAME: prompts:/…` by what the registry has, and note which version that is."""
    prompts = document.get(("prompts",))
    for name, text in list(prompts.items()) if isinstance(prompts, dict) else ():
        if isinstance(text, str) and text.startswith(PREFIX):
            try:
                _read(document, name, text, registry)
            except ValueError as error:
                document.complain(("prompts", name), str(error))


def _read(document: Document, name: str, reference: str, registry: Registry | None) -> None:
    if registry is None:
        raise ValueError("a prompt in MLflow cannot be read here; write its text, or a file")
    uri, output = document.get(("tracking", "uri")), document.get(("output",))
    known = [each if isinstance(each, str) else None for each in (uri, output)]
    found = registry.read(reference, *known)
    texts = read_document(found.text)
    document.get(("prompts",))[name] = texts.pop(SYSTEM)
    origin = PromptOrigin(name=found.name, version=found.version, texts=texts)
    put(document, ("versions", name), origin.model_dump(mode="json"), Place(source=reference))
