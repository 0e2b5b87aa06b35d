"""The texts about reported mistakes in cs, de, pl and en."""

from pathlib import Path

from findings import Messages

TEXTS = Messages(Path(__file__).parent / "messages")
