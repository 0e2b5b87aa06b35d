"""Memory and shelf: what they keep, what goes first."""

import os
from pathlib import Path

from service.tiles.memory import Memory, ready
from service.tiles.shelf import Shelf


def test_the_least_recently_used_goes_first() -> None:
    memory = Memory(16_000)
    for name in "abcdefghijklmnop":
        memory.put(name, ready(1, name.encode() * 450))
    assert memory.get("a") is not None
    memory.put("new", ready(1, b"n" * 900))
    assert memory.get("b") is None
    assert memory.get("a") is not None
    memory.put("large", ready(1, b"l" * 2000))
    assert memory.get("large") is None


def test_a_tag_is_of_the_body_alone() -> None:
    assert ready(1, b"same").tag == ready(2, b"same").tag != ready(1, b"other").tag
    packed = ready(1, b"x" * 5000).with_packed()
    assert packed.packed is not None
    assert len(packed.packed) < 100
    assert not packed.is_to_pack


def test_the_shelf_gives_what_was_put_there_and_forgets_the_oldest(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, capacity=5000)
    assert shelf.find("a/1/2/3") is None
    for number in range(8):
        shelf.put(f"a/1/2/{number}", 7, bytes([number]) * 1000)
        os.utime(tmp_path / f"a/1/2/{number}", (number, number))
    found = shelf.find("a/1/2/3")
    assert found is not None
    assert (found.batch, found.body) == (7, b"\3" * 1000)
    shelf.confirm("a/1/2/7", 9)
    confirmed = shelf.find("a/1/2/7")
    assert confirmed is not None
    assert (confirmed.batch, confirmed.body) == (9, b"\7" * 1000)
    shelf.tidy()
    assert [shelf.find(f"a/1/2/{number}") is not None for number in range(8)] == [False] * 5 + [True] * 3


def test_a_file_that_is_no_tile_is_no_tile(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"abc")
    assert Shelf(tmp_path).find("broken") is None
    assert Shelf(tmp_path / "broken").find("x") is None
    Shelf(tmp_path / "broken").put("x", 1, b"lost")
