"""The launcher runs on a bare python3 >= 3.9: nothing but the standard library, no newer syntax."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 9)


def launcher_files(root: Path) -> list[Path]:
    return [root / "krajina", *sorted((root / "machine").glob("*.py"))]


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_only_the_standard_library_is_imported(root: Path) -> None:
    for path in launcher_files(root):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=OLDEST)
        assert set(imported(tree)) <= sys.stdlib_module_names | {"machine"}, path


def test_annotations_are_never_evaluated(root: Path) -> None:
    for path in launcher_files(root):
        text = path.read_text(encoding="utf-8")
        assert " | None" not in text or "from __future__ import annotations" in text, path
