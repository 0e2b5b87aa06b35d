"""The one door for XML: what comes through it cannot reach out, swell, or sink."""

from pathlib import Path

import pytest

from plans.limits import XML_DEPTH
from plans.xml import XmlRefused, parse, root_name

BILLION = "<!DOCTYPE a [<!ENTITY x0 'lol'>" + "".join(f"<!ENTITY x{n + 1} '{f'&x{n};' * 10}'>" for n in range(9))


def refusal(tmp_path: Path, content: bytes) -> tuple[str, int | None]:
    path = tmp_path / "plan.gml"
    path.write_bytes(content)
    with pytest.raises(XmlRefused) as refused:
        parse(path, "Data/plan.gml")
    assert refused.value.incident.place.file == "Data/plan.gml"
    return refused.value.incident.rule, refused.value.incident.place.line


@pytest.mark.parametrize(
    "content",
    [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1/'> %x;]><a/>",
        BILLION + "]><a b='&x9;'>&x9;</a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_document_type_comes_in(content: str, encoding: str, tmp_path: Path) -> None:
    head = f"<?xml version='1.0' encoding='{encoding}'?>\n<!-- a comment -->\n"
    assert refusal(tmp_path, (head + content).encode(encoding)) == ("files.doctype", 3)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"PK\x03\x04", 1),
        (b"{}", 1),
        (b"<a>\n<b></a>", 2),
        (b"<a>\n\n<b>", 3),
        (b"<a>&x;</a>", 1),
        (b"<a>\xff</a>", 1),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", 1),
        (b"<a/>\n<b/>", 2),
    ],
)
def test_what_is_no_xml_is_told_with_its_line(content: bytes, line: int, tmp_path: Path) -> None:
    assert refusal(tmp_path, content) == ("files.xml", line)


@pytest.mark.parametrize("depth", [XML_DEPTH + 1, 3_000, 300_000])
def test_nobody_sinks_into_it(depth: int, tmp_path: Path) -> None:
    assert refusal(tmp_path, b"<a>\n" * depth + b"</a>" * depth)[0] == "files.xml-depth"


def test_what_may_be_read_is(tmp_path: Path) -> None:
    path = tmp_path / "plan.gml"
    ring = " ".join(["1234567.123 1234567.123"] * 500_000)
    deep = "<b>" * (XML_DEPTH - 1) + "</b>" * (XML_DEPTH - 1)
    path.write_text(f"<!-- x --><g:a xmlns:g='urn:g'><!-- y --><ring>{ring}</ring>\n{deep}</g:a>", encoding="utf-8")
    root = parse(path, "plan.gml").getroot()
    assert root.tag == "{urn:g}a"
    assert [child.tag for child in root] == ["ring", "b"]
    assert [child.sourceline for child in root] == [1, 2]
    assert root_name(path) == ("urn:g", "a")
    whole = parse(path, "plan.gml", whole=True).getroot()
    assert len(list(whole)) == 3


def test_a_name_of_a_code_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.gml"
    path.write_bytes("<?xml version='1.0' encoding='windows-1250'?><a>Říčany</a>".encode("cp1250"))
    assert parse(path, "plan.gml").getroot().text == "Říčany"
