"""Damage done to packages at random, the same for the same seed: bytes, numbers, words, members."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from random import Random

NUMBERS = (b"NaN", b"-1e999", b"1e308", b"0", b"-0.0", b"99999999999999999999", b"1.7976931348623157e308", b"", b"1,5")
WORDS = (
    b"EPSG:9999",
    b"urn:ogc:def:crs:EPSG::5514",
    b"<",
    b"&#0;",
    b"&#65;",
    b"\xff\xfe",
    b"\x00",
    b"]]>",
    b"xlink:href",
)
_NUMBER = re.compile(rb"-?\d+\.\d+|\b\d+\b")
_TAG = re.compile(rb"</?[\w:]+[^<>]*>")
_BINARY = (0, 1, 0x7F, 0x80, 0xFF)

type Damage = Callable[[Random, bytes], bytes]


def flipped(random: Random, content: bytes) -> bytes:
    """Change some bytes, mostly near the beginning, where headers are."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 3, 20))):
        reach = len(changed) if random.random() < 0.5 else min(len(changed), 200)
        if reach:
            changed[random.randrange(reach)] = random.choice((*_BINARY, random.randrange(256)))
    return bytes(changed)


def cut(random: Random, content: bytes) -> bytes:
    """Cut off the end."""
    return content[: random.randrange(len(content) + 1)]


def repeated(random: Random, content: bytes) -> bytes:
    """Repeat a piece."""
    start = random.randrange(len(content) + 1)
    end = min(len(content), start + random.randrange(1, 2000))
    return content[:end] + content[start:end] * random.randrange(1, 20) + content[end:]


def removed(random: Random, content: bytes) -> bytes:
    """Remove a piece."""
    start = random.randrange(len(content) + 1)
    return content[:start] + content[start + random.randrange(1, 2000) :]


def numbers(random: Random, content: bytes) -> bytes:
    """Put other numbers for some."""
    return _replaced(random, content, _NUMBER, NUMBERS)


def tags(random: Random, content: bytes) -> bytes:
    """Put other tags, or none, for some."""
    found = _TAG.findall(content[:200_000]) or [b""]
    return _replaced(random, content, _TAG, (b"", *WORDS, *(random.choice(found) for _ in range(5))))


def _replaced(random: Random, content: bytes, what: re.Pattern[bytes], by: tuple[bytes, ...]) -> bytes:
    found = list(what.finditer(content))
    for match in sorted(random.sample(found, min(len(found), random.choice((1, 2, 30)))), key=lambda m: -m.start()):
        content = content[: match.start()] + random.choice(by) + content[match.end() :]
    return content


BINARY: tuple[Damage, ...] = (flipped, cut, repeated, removed)
TEXT: tuple[Damage, ...] = (*BINARY, numbers, numbers, tags, tags)


def damaged(random: Random, content: bytes) -> bytes:
    """Return a file or a zip damaged in some way."""
    if content.startswith(b"PK"):
        return flipped(random, content) if random.random() < 0.2 else _repacked(random, _members(content))
    return random.choice(TEXT if content.lstrip()[:1] == b"<" else BINARY)(random, content)


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def _repacked(random: Random, members: Mapping[str, bytes]) -> bytes:
    """Pack the members again, some of them damaged, gone, or under the name of another."""
    packed, names = io.BytesIO(), list(members)
    chosen = set(random.sample(names, min(len(names), random.choice((1, 2, 5)))))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            fate = random.random() if name in chosen else 1
            if fate < 0.1:
                continue
            archive.writestr(
                random.choice(names) if fate < 0.2 else name, damaged(random, content) if fate < 1 else content
            )
    return packed.getvalue()
