"""The application of a worker process: the service, with the loader's editor put into it.

Here, because neither may know the other: the service is handed something that makes edits, the loader makes them.
"""

from functools import cached_property

from starlette.applications import Starlette

from catalogue.edits import Edit, Edited
from service.app import create_from_environment
from service.transactions.editor import Editor
from settings import Settings


class LateEditor:
    """The loader's editor, brought in by the first edit: its second and 100 MB are not for workers that only read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, edit: Edit) -> Edited:
        """Make the edit. Raises the errors of `catalogue.edits`."""
        return self._editor(edit)

    @cached_property
    def _editor(self) -> Editor:
        from etl.edit import PostgisEditor

        return PostgisEditor(self._settings.database_url or "", self._settings.data / "grids")


def create() -> Starlette:
    """Return the application of the environment's settings: what uvicorn's workers call."""
    return create_from_environment(LateEditor(Settings.from_environment()))
