"""YAML with places: plain data, and the line on which each part of it stands.

PyYAML's loader forgets where a value stood; a clerk who is told "line 14" is helped, one who is told "columns.use.type"
is not. So the nodes are kept until the data is made of them.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

from findings import Finding, Level

type Path = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEPTH = 12
"""Deepest nesting of a file of ours; a deeper one is a mistake or an attack."""


@dataclass
class Located:
    """Data of one file, the line (from 1) of each part by its path, and what was wrong with the file as YAML."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of the deepest part of the path that the file has; others are passed over."""
        known: Path = ()
        for part in path:
            known = (*known, part) if (*known, part) in self.lines else known
        return self.lines.get(known, 1)


def parse(text: str, file: str) -> Located:
    """Return the YAML text as data with places. Never raises: what is not YAML is a finding, and the data is None."""
    located = Located()
    try:
        node = yaml.compose(text, Loader=_LOADER)
        if node is not None:
            located.data = _build(node, (), located, file)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        located.findings.append(_finding("YAML-SYNTAX", file, line, problem=error.problem or str(error)))
        located.data = None
    except (yaml.YAMLError, ValueError) as error:
        located.findings.append(_finding("YAML-SYNTAX", file, 1, problem=str(error)))
        located.data = None
    return located


def _build(node: yaml.Node, path: Path, located: Located, file: str) -> Any:  # noqa: ANN401 (YAML holds anything)
    located.lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > DEPTH:
        raise ValueError(f"nested deeper than {DEPTH}")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, located, file)
    if isinstance(node, yaml.SequenceNode):
        return [_build(each, (*path, index), located, file) for index, each in enumerate(node.value)]
    return _LOADER("").construct_object(node)


def _mapping(node: yaml.MappingNode, path: Path, located: Located, file: str) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        line = key_node.start_mark.line + 1
        if key in built:
            located.findings.append(_finding("YAML-TWICE", file, line, key=key))
        located.lines[(*path, key)] = line
        built[key] = _build(value_node, (*path, key), located, file)
    return built


def _finding(code: str, file: str, line: int, **values: str) -> Finding:
    return Finding(code, Level.ERROR, values, file=file, line=line)


def nearest(word: str, known: list[str]) -> str:
    """Return the known word that was probably meant, or ""."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), "")
