"""From the values of a document to the spec that they make."""

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from wardian.specs.complaints import complain
from wardian.specs.document import Document
from wardian.specs.places import refusal
from wardian.specs.words import show

__all__ = ["validated"]

Spec = TypeVar("Spec", bound=BaseModel)


def validated(document: Document, model: type[Spec], such_as: str) -> Spec:
    """The spec in `document`. Values go through as JSON, where a list is a tuple and "3" is not 3.

    Args:
        document: read.
        model: what it should be.
        such_as: some of its keys, for who has written something else altogether.

    Raises:
        ConfigError: with all problems of the document, one a line.
    """
    if not isinstance(document.value, dict):
        document.complain((), f"must be a mapping with keys such as {such_as}, not {show(document.value)}")
        raise refusal(document.problems)
    try:
        spec = model.model_validate_json(json.dumps(document.value), strict=True)
    except ValidationError as error:
        complain(document, error, model)
        raise refusal(document.problems) from None
    if document.problems:
        raise refusal(document.problems)
    return spec
