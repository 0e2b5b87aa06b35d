"""The texts of the search, in the languages of the portal."""

from pathlib import Path

from findings import Messages

TEXTS = Messages(Path(__file__).parent / "messages")
