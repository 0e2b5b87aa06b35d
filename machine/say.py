"""What the launcher says: texts in the person's language, steps with their time, and why something cannot be.

Apart from `findings.messages`, which needs YAML and Babel: here neither is installed yet, so the texts are JSON.
Everything goes to standard error; standard output belongs to the command that is started in the end.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

LANGUAGES = ("cs", "de", "pl", "en")
MESSAGES = Path(__file__).parent / "messages"


class MachineError(Exception):
    """Something this machine lacks or refuses; its text is for the person, `code` is the exit code.

    Raised with a message key and its values. 3 means that the machine must be changed by a person first.
    """

    def __init__(self, key: str, code: int = 3, **values: object) -> None:
        super().__init__(text(key, **values))
        self.key = key
        self.code = code


def language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language of messages: KRAJINA_LANGUAGE, else the terminal's, else English."""
    env = os.environ if environment is None else environment
    wanted = (env.get("KRAJINA_LANGUAGE") or env.get("LC_ALL") or env.get("LANG") or "en")[:2].lower()
    return wanted if wanted in LANGUAGES else "en"


def text(key: str, **values: object) -> str:
    """Return the text of the key in the person's language, filled with the values."""
    return _texts(language())[key].format(**values)


def line(words: str) -> None:
    """Print one line at once, so that a log shows it when it happens."""
    print(words, file=sys.stderr, flush=True)


@contextmanager
def step(key: str, **values: object) -> Iterator[None]:
    """Say what is being done, and when it is done how long it took."""
    line(f"• {text(key, **values)} …")
    began = time.monotonic()
    yield
    line(f"  {text('done', seconds=f'{time.monotonic() - began:.1f}')}")


@cache
def _texts(wanted: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((MESSAGES / f"{wanted}.json").read_text(encoding="utf-8"))
    return texts
