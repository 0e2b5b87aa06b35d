"""The service's own texts in cs, de, pl and en: link titles, pages, problems."""

from pathlib import Path

from findings.messages import LANGUAGES, Messages

MESSAGES = Messages(Path(__file__).parent / "messages")

__all__ = ["LANGUAGES", "MESSAGES"]
