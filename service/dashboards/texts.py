"""The texts of dashboards in cs, de, pl and en."""

from pathlib import Path

from findings import Messages

TEXTS = Messages(Path(__file__).parent / "messages")
