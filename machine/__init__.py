"""Prepares this machine before the environment exists, and keeps the private PostGIS cluster.

Apart from everything else because it runs first: on any python3 of version 3.9 or newer, with the standard library
alone, when no package, no database and no Node is there yet. Nothing in here imports another room of the house.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
