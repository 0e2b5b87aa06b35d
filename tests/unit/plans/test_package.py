"""Opening packages: what may be taken is taken, under names of ours; what may not is told with its own rule."""

import stat
import zipfile
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from plans.archive import Names
from plans.examples import czech
from plans.examples.files import BROKEN
from plans.limits import ALWAYS, ENTRIES, MEGABYTE, RATIO, UNPACKED
from plans.package import Package, opened

UNPACKING = [
    "files.archive", "files.packing", "files.member", "files.encrypted", "files.overlap", "files.twice", "files.path",
    "files.name", "files.link", "files.nested", "files.entries", "files.too-large", "files.ratio",
]  # fmt: skip


def rules(package: Package) -> list[str]:
    return [incident.rule for incident in package.incidents]


def zipped(path: Path, *members: tuple[str | ZipInfo, bytes]) -> Path:
    with ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("rule", UNPACKING)
def test_what_cannot_be_taken_is_told_and_the_plan_is_still_read(rule: str, tmp_path: Path) -> None:
    path = BROKEN[rule](tmp_path)
    package = opened([path], tmp_path / "unpacked")
    assert rules(package) == [rule]
    assert package.is_packed
    whole = opened([czech.GOOD(tmp_path)], tmp_path / "whole")
    assert set(whole.files) <= set(package.files) or rule == "files.archive"


@pytest.mark.parametrize("rule", UNPACKING)
def test_nothing_is_written_but_below_the_folder_under_names_of_ours(rule: str, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    path = BROKEN[rule](tmp_path)
    before = set(tmp_path.rglob("*"))
    package = opened([path], work / "unpacked")
    made = set(tmp_path.rglob("*")) - before - {work / "unpacked"}
    assert all(each.is_relative_to(work / "unpacked") for each in made)
    assert {each for each in made if each.is_file()} == set(package.files.values())
    assert not any(each.is_symlink() for each in made)
    assert all(each.name.replace(".", "").isalnum() and each.name.isascii() for each in made)


@pytest.mark.parametrize(
    "name", ["/etc/cron.d/x", "../x", "a/../../x", "..\\..\\x", "C:\\x", "a\\..\\..\\x", "\\\\server\\share\\x"]
)
def test_no_path_leads_out(name: str, tmp_path: Path) -> None:
    package = opened([zipped(tmp_path / "a.zip", (ZipInfo(name), b"x"), ("plan.gml", b"<a/>"))], tmp_path / "out")
    assert rules(package) == ["files.path"]
    assert set(package.files) == {"plan.gml"}


@pytest.mark.parametrize("name", ["a\nb.gml", "a\x1b[31m.gml", "a\u202eb.gml", " \u0085.gml"])
def test_no_name_can_play_tricks_on_who_reads_it(name: str, tmp_path: Path) -> None:
    package = opened([zipped(tmp_path / "a.zip", (ZipInfo(name), b"x"), ("plan.gml", b"<a/>"))], tmp_path / "out")
    assert rules(package) == ["files.name"]
    assert str(package.incidents[0].values["file"]).isprintable()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_only_files_are_files(kind: int, tmp_path: Path) -> None:
    member = ZipInfo("passwd")
    member.external_attr = (kind | 0o644) << 16
    package = opened([zipped(tmp_path / "a.zip", (member, b"/etc/passwd"))], tmp_path / "out")
    assert rules(package) == ["files.link"]
    assert not package.files


def test_a_folder_of_windows_is_one(tmp_path: Path) -> None:
    package = opened(
        [zipped(tmp_path / "a.zip", (ZipInfo("Data\\A.SHP"), b"x"), (ZipInfo("Data/"), b""))], tmp_path / "o"
    )
    assert list(package.files) == ["Data/A.SHP"]
    assert not package.incidents


def test_parts_of_a_shapefile_find_each_other_and_nothing_else_meets(tmp_path: Path) -> None:
    names = Names(tmp_path)
    shapefile = [names.place(f"Data/{name}") for name in ("Plochy.SHP", "plochy.dbf", "PLOCHY.shx")]
    assert {(path.parent, path.stem) for path in shapefile} == {(shapefile[0].parent, shapefile[0].stem)}
    assert [path.suffix for path in shapefile] == [".shp", ".dbf", ".shx"]
    others = [
        "data2/Plochy.shp",
        "Data/a",
        "Data/a.s-p",
        "Data/a.S-P.shp",
        "Data/a.",
        "Data/.shp",
        "Data/a.averylongsuffix",
    ]
    places = [names.place(each) for each in others]
    assert len({*shapefile, *places}) == len(shapefile) + len(places)


def test_limits_are_those_that_are_stated(tmp_path: Path) -> None:
    assert (ENTRIES, RATIO, UNPACKED) == (1000, 100, 200 * MEGABYTE)
    full = zipped(tmp_path / "full.zip", *((f"{n}.txt", b"x") for n in range(ENTRIES)))
    assert not opened([full], tmp_path / "full").incidents
    just = zipped(tmp_path / "just.zip", ("zeros.tif", bytes(ALWAYS)))
    assert not opened([just], tmp_path / "just").incidents


def test_a_size_that_lies_lets_no_more_out(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("zeros.tif", bytes(2 * ALWAYS)))
    content, true = bytearray(path.read_bytes()), (2 * ALWAYS).to_bytes(4, "little")
    for _ in range(2):
        content[content.index(true) : content.index(true) + 4] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    package = opened([path], tmp_path / "out")
    assert rules(package) == ["files.member"]
    assert not list((tmp_path / "out").rglob("*.tif"))


def several(folder: Path) -> list[Path]:
    paths = [folder / name for name in ("act.gml", "zones.gml", "text.docx")]
    for path in paths:
        path.write_bytes(b"PK\x03\x04" if path.suffix == ".docx" else b"<a/>")
    return paths


def test_several_files_are_one_package(tmp_path: Path) -> None:
    package = opened(several(tmp_path), tmp_path / "out", "../../Plan")
    assert set(package.files) == {"act.gml", "zones.gml", "text.docx"}
    assert (package.name, package.is_packed, package.incidents) == ("Plan", False, ())


@pytest.mark.parametrize(
    ("head", "how"), [(b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a", "RAR"), (b"\x1f\x8b\x08", "gzip")]
)
def test_other_archives_are_named(head: bytes, how: str, tmp_path: Path) -> None:
    (tmp_path / "plan").write_bytes(head + bytes(20))
    [incident] = opened([tmp_path / "plan"], tmp_path / "out").incidents
    assert (incident.rule, incident.values["how"]) == ("files.packing", how)


def test_nothing_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "plan.gml").touch()
    assert rules(opened([tmp_path / "plan.gml"], tmp_path / "out")) == ["files.empty"]
    assert rules(opened([zipped(tmp_path / "a.zip")], tmp_path / "out")) == ["files.empty"]
    assert rules(opened({}, tmp_path / "out", "plan")) == ["files.empty"]
