"""The budget of form: what the linters do not measure. A file that grows past it is split by meaning."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

FILE_LINES = 400
FUNCTION_LINES = 60
MEDIAN_FUNCTION_LINES = 15
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
CODE_ENDINGS = (".py", ".ts", ".mjs", ".css", ".sql", ".sh")


def sources(root: Path, *endings: str) -> list[Path]:
    """Return the files of the repository with these endings: tracked, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (root / name for name in listed.stdout.splitlines() if name.endswith(endings))
    return sorted(path for path in paths if path.is_file())


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_file_is_too_long(root: Path) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources(root, *CODE_ENDINGS)}
    assert len(lengths) > 50
    assert {str(path): n for path, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_too_long_and_most_are_short(root: Path) -> None:
    found = {
        f"{path.relative_to(root)}:{function.lineno} {function.name}": length(function)
        for path in sources(root, ".py")
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {place: n for place, n in found.items() if n > FUNCTION_LINES} == {}
    assert sorted(found.values())[len(found) // 2] <= MEDIAN_FUNCTION_LINES


def test_every_module_says_what_is_in_it(root: Path) -> None:
    silent = [path for path in sources(root, ".py") if _says_nothing(path)]
    assert silent == []


def _says_nothing(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return bool(tree.body) and not ast.get_docstring(tree)


def test_names_say_what_things_are(root: Path) -> None:
    assert [path for path in sources(root, *CODE_ENDINGS) if path.stem.lower().strip("_") in BANNED_NAMES] == []


@pytest.mark.parametrize("mark", ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"])
def test_nothing_is_left_for_later(root: Path, mark: str) -> None:
    marked = [path for path in sources(root, *CODE_ENDINGS) if mark in path.read_text(encoding="utf-8").split()]
    assert marked == []
