"""Reading XML that strangers made: no entities, no document types, no network, no bottomless nesting.

Apart from the readers, so that there is one door for all XML. A document type is refused before the parser that builds
the tree has seen it: entities in attributes would be expanded whatever it is told.
"""

from pathlib import Path
from xml.parsers import expat

from lxml import etree

from plans.delivery import Incident
from plans.limits import XML_DEPTH
from plans.model import Place

PIECE = 64 * 1024
_TOO_DEEP = etree.XPath("/*" * (XML_DEPTH + 1))


class XmlRefused(Exception):  # noqa: N818 (it is the file that is at fault)
    """The file is not XML that may be read; `incident` says why (files.xml, files.doctype, files.xml-depth)."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(incident.rule)
        self.incident = incident


def parse(path: Path, file: str, *, whole: bool = False) -> etree._ElementTree:
    """Return the tree of the file at `path`; `file` is what the package calls it. Raises XmlRefused.

    Comments and processing instructions are left out, so that every child of an element is an element, unless it is
    the `whole` document that is wanted: to be changed and written again. Elements know their `sourceline`.
    """
    refuse_doctype(path, file)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # a ring of a million corners is one text
        remove_comments=not whole,
        remove_pis=not whole,
        strip_cdata=not whole,
    )
    try:
        with path.open("rb") as stream:
            tree = etree.parse(stream, parser)
        deep = _TOO_DEEP(tree)
    except etree.XPathError as error:  # ours is right: it can only be too much for it
        raise MemoryError from error
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        rule = "files.xml-depth" if "depth" in (error.msg or "") else "files.xml"
        reason = (error.msg or "").partition(", line ")[0]
        raise _refused(rule, file, error.lineno, reason=reason, limit=XML_DEPTH) from error
    except OSError as error:
        if error.errno is not None:  # the disk; lxml says so of bytes that are no letters, too
            raise
        raise _refused("files.xml", file, None, reason="invalid bytes in character encoding") from error
    if tree.docinfo.internalDTD is not None:
        raise _refused("files.doctype", file, 1)
    if deep:
        raise _refused("files.xml-depth", file, deep[0].sourceline, limit=XML_DEPTH)
    return tree


def refuse_doctype(path: Path, file: str) -> None:
    """Raise XmlRefused for a document type, or for what is no XML before the root element has begun."""
    try:
        _begin(path)
    except _DoctypeError as met:
        raise _refused("files.doctype", file, int(str(met))) from met
    except expat.ExpatError as error:
        raise _refused("files.xml", file, error.lineno, reason=expat.ErrorString(error.code)) from error
    except (ValueError, LookupError) as error:  # an encoding nobody has
        raise _refused("files.xml", file, 1, reason=str(error)) from error


def root_name(path: Path) -> tuple[str, str] | None:
    """Return namespace and name of the root element, reading no further; None if it is no XML or has a DOCTYPE."""
    try:
        return _begin(path)
    except (expat.ExpatError, ValueError, LookupError):
        return None


class _DoctypeError(ValueError):
    """A document type was met; the argument is its line."""


def _begin(path: Path) -> tuple[str, str]:
    """Parse up to the root element and return its namespace and name."""
    parser = expat.ParserCreate(namespace_separator=" ")
    roots: list[str] = []

    def begin(tag: str, _: object) -> None:
        roots.append(tag)
        parser.StartElementHandler = None

    def refuse(*_: object) -> None:
        raise _DoctypeError(parser.CurrentLineNumber)

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    with path.open("rb") as stream:
        while not roots:
            piece = stream.read(PIECE)
            parser.Parse(piece, not piece)
    space, _, name = roots[0].rpartition(" ")
    return space, name


def _refused(rule: str, file: str, line: int | None, **values: object) -> XmlRefused:
    return XmlRefused(Incident(rule, {"file": file, **values}, place=Place(file, line)))
