"""What transactions need of whoever makes edits; the service itself only reads."""

from typing import Protocol

from catalogue.edits import Edit, Edited


class Editor(Protocol):
    """Makes edits. Called by several threads at once."""

    def __call__(self, edit: Edit) -> Edited:
        """Make the edit, whole or not at all. Raises the errors of `catalogue.edits`."""
