"""The pack's entry point: a project folder for each task."""

import yaml

from wardian.environments.packs import PackContext

from .folders import Folders
from .knobs import Knobs
from .tasks import write_task

__all__ = ["open_pack"]


def open_pack(context: PackContext) -> Folders:
    """Write the tasks that the knobs ask for."""
    knobs = Knobs.model_validate(context.knobs)
    ingredients = yaml.safe_load(context.read_text("ingredients.yaml"))
    assignments = [write_task(ingredients, number, knobs) for number in range(knobs.tasks)]
    return Folders(context, assignments, knobs.spare_entries)
