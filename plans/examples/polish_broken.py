"""Polish plans broken by exactly one rule each: the good plan, with what is written there on purpose."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shapely import MultiPolygon, box
from shapely.affinity import translate

from plans.context import Context, Territory
from plans.examples.polish import GOOD, GOOD_SKETCH, TERYT, X, Y, boundary
from plans.examples.polish_files import Area, Paper, PolishSketch, Values, content, write
from plans.model import Standard

STANDARD = Standard.POLISH
type Writer = Callable[[Path], Path]

SIGNATURE = """  <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="podpis">
    <ds:SignatureValue>cHJ6eWvFgmFkb3d5IHBvZHBpcw==</ds:SignatureValue>
  </ds:Signature>
</wfs:FeatureCollection>"""


def edited(*changes: tuple[str, str]) -> Writer:
    """Return a writer of the good plan in which each text is replaced, once, by another."""

    def make(target: Path) -> Path:
        path = GOOD(target)
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            if old not in text:
                raise ValueError(f"the good plan does not say {old!r}")
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return path

    return make


def zone(symbol: str, values: Values) -> Writer:
    """Return a writer of the good plan in which the zone has other attributes; None of them for an empty text."""

    def make(target: Path) -> Path:
        areas = [replace(each, more={**each.more, **values}) if each.symbol == symbol else each for each in _areas()]
        return write(replace(GOOD_SKETCH, areas=areas), target)

    return make


def sketched(**changes: object) -> Writer:
    """Return a writer of the good sketch with other fields."""
    return lambda target: write(replace(GOOD_SKETCH, **changes), target)  # type: ignore[arg-type]


def _areas() -> tuple[Area, ...]:
    return tuple(GOOD_SKETCH.areas)


def _without(text: str, start: str, end: str) -> str:
    """Return the text without the first piece that begins and ends so."""
    head, _, rest = text.partition(start)
    return head + rest.partition(end)[2]


def no_act(target: Path) -> Path:
    """Write the zones alone."""
    path = GOOD(target)
    text = _without(path.read_text(encoding="utf-8"), "  <wfs:member>\n    <app:Akt", "</wfs:member>\n")
    start, end = text.index("  <wfs:member>\n    <app:Dokument"), text.index("</wfs:FeatureCollection>")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    return path


def mixed_versions(target: Path) -> Path:
    """Write the last regulation in version 3.0."""
    path = GOOD(target)
    text = path.read_text(encoding="utf-8")
    start, name = text.rindex("<app:ObszarStandardow"), "<app:ObszarStandardowDostepnosciInfrastrukturySpolecznej"
    newer = ' xmlns:app="https://www.gov.pl/static/zagospodarowanieprzestrzenne/schemas/app/3.0"'
    path.write_text(text[:start] + text[start:].replace(name, name + newer, 1), encoding="utf-8")
    return path


def turned(target: Path) -> Path:
    """Write the act as it should be, and its zones in a file of their own with easting first."""
    path = target / f"POG_{TERYT}.zip"
    act = content([replace(GOOD_SKETCH, areas=())])
    alone = no_act(target)
    lines = alone.read_text(encoding="utf-8").splitlines(keepends=True)
    alone.unlink()
    zones = "".join(_turned(line) if "<gml:posList>" in line else line for line in lines)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, text in (("AktPlanowaniaPrzestrzennego.gml", act), ("StrefaPlanistyczna.gml", zones)):
            archive.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return path


def _turned(line: str) -> str:
    before, _, rest = line.partition("<gml:posList>")
    numbers, _, after = rest.partition("</gml:posList>")
    words = numbers.split()
    pairs = [word for first, second in zip(words[::2], words[1::2], strict=True) for word in (second, first)]
    return f"{before}<gml:posList>{' '.join(pairs)}</gml:posList>{after}"


def in_utm(target: Path) -> Path:
    """Write the plan in the German UTM zone next door."""
    shift = {"xoff": 490_000 - X, "yoff": 5_640_000 - Y}
    areas = [replace(each, shape=translate(each.shape, **shift)) for each in _areas()]
    return write(replace(GOOD_SKETCH, boundary=translate(boundary(), **shift), areas=areas, crs="EPSG:25833"), target)


def in_two_parts(target: Path) -> Path:
    """Write a regulation as one object of two areas."""
    parts = MultiPolygon([box(X + 40, Y + 40, X + 120, Y + 110), box(X + 150, Y + 40, X + 210, Y + 110)])
    areas = [each for each in _areas() if each.symbol != "OUZ"]
    return write(replace(GOOD_SKETCH, areas=(*areas, Area("OUZ", 1, parts))), target)


def adjoining(target: Path) -> Path:
    """Write two areas of supplementary building with an edge in common."""
    more = Area("OUZ", 3, box(X + 120, Y + 40, X + 140, Y + 110))
    return write(replace(GOOD_SKETCH, areas=(*_areas(), more)), target)


def local_plans(gap: float) -> Writer:
    """Return a writer of a data set with two local plans in force, `gap` metres between them (less than 0: overlap)."""

    def make(target: Path) -> Path:
        path = target / f"MPZP_{TERYT}.gml"
        target.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content([_local_plan(1, X), _local_plan(2, X + 300 + gap)]))
        return path

    return make


def _local_plan(number: int, x: float) -> PolishSketch:
    return PolishSketch(
        teryt=TERYT,
        title=f"Miejscowy plan obszaru {number}",
        boundary=box(x, Y, x + 300, Y + 200),
        papers=(
            Paper(f"XX.{number}.2025_Doc1", f"Uchwała nr XX/{number}/2025", "dokumentUchwalajacy", date(2025, 6, 26)),
        ),
        drawings=((f"Rysunek planu obszaru {number}", f"https://example.org/mpzp/{number}.tif"),),
        local=f"XX.{number}.2025_P1",
        dataset="MPZP",
        kind="miejscowyPlanZagospodarowaniaPrzestrzennego",
        status="legalForce",
    )


def study(base_map: str = "") -> Writer:
    """Return a writer of a study of the municipality: an act of the local level that is no general plan."""
    sketch = replace(
        GOOD_SKETCH,
        areas=(),
        dataset="SUIKZP",
        local="1SUIKZP",
        kind="studiumUwarunkowanIKierunkowZagospodarowaniaPrzestrzennegoGminy",
        title="Studium gminy Lipowa Dolina",
        more={"mapaPodkladowa": (base_map,)} if base_map else {},
    )
    return lambda target: write(sketch, target, f"SUIKZP_{TERYT}")


def renamed_resolution(target: Path) -> Path:
    """Write the adopting resolution under another identifier than the act names."""
    path = GOOD(target)
    text = path.read_text(encoding="utf-8")
    start = text.index("<app:DokumentFormalny")
    path.write_text(text[:start] + text[start:].replace("XXX.211.2026", "XXX.212.2026"), encoding="utf-8")
    return path


def with_history(target: Path) -> Path:
    """Write an earlier version of a zone beside today's."""
    cemetery = next(each for each in _areas() if each.symbol == "SC")
    earlier = replace(cemetery, number=2, more={"koniecWersjiObiektu": "2026-04-01T12:00:00Z"})
    return write(replace(GOOD_SKETCH, areas=(*_areas(), earlier)), target)


LATE_START = (replace(GOOD_SKETCH.papers[0], day=date(2026, 3, 2)), GOOD_SKETCH.papers[1])
ACT_LINK = f'<app:plan xlink:href="{GOOD_SKETCH.link("AktPlanowaniaPrzestrzennego", GOOD_SKETCH.local)}'
IDENTIFIED = "{}/022599-POG</app:przestrzenNazw>\n          <app:lokalnyId>1POG-1SJ"
ZONE_ID = 'StrefaPlanistyczna gml:id="PL.ZIPPZP.1234_022599-POG_1POG-{}_'
RESOLUTION = "<app:lokalnyId>XXX.211.2026</app:lokalnyId>"
LOCAL_PLAN = "miejscowyPlanZagospodarowaniaPrzestrzennego"
OLD_PROFILES = {"profilPodstawowy": ("MN", "U", "K", "ZP", "I"), "profilDodatkowy": ("ZD",)}

BROKEN: dict[str, Writer] = {
    "structure.pl-version": edited(("schemas/app/2.0", "schemas/app/4.0")),
    "structure.pl-mixed-versions": mixed_versions,
    "structure.pl-signature": edited(("</wfs:FeatureCollection>", SIGNATURE)),
    "structure.pl-no-act": no_act,
    "structure.pl-unknown": edited(
        ("<app:symbol>SJ</app:symbol>", "<app:symbol>SJ</app:symbol><app:kolor>1</app:kolor>")
    ),
    "structure.pl-value": edited(('uom="m">12.5<', 'uom="m">12,5<')),
    "structure.pl-plan-link": edited((ACT_LINK, ACT_LINK.replace("1POG", "9POG"))),
    "structure.pl-empty-link": edited((ACT_LINK, '<app:plan xlink:href="')),
    "structure.pl-old-versions": with_history,
    "structure.pl-mandatory": edited(("<app:symbol>SJ</app:symbol>", "")),
    "structure.pl-gml-id": edited((ZONE_ID.format("1SW"), ZONE_ID.format("1SJ"))),
    "structure.pl-one-namespace": edited((IDENTIFIED.format("1234"), IDENTIFIED.format("1235"))),
    "structure.pl-no-zones": sketched(areas=()),
    "attributes.pl-namespace": sketched(teryt="992599"),
    "attributes.pl-teryt": sketched(teryt="022598"),
    "attributes.pl-duplicate-id": edited(("<app:lokalnyId>1POG-1SP<", "<app:lokalnyId>1POG-1SU<")),
    "attributes.pl-duplicate-designation": edited(("<app:oznaczenie>1SP<", "<app:oznaczenie>1SU<")),
    "attributes.pl-designation": edited(("<app:oznaczenie>1SP<", "<app:oznaczenie>1BLAD<")),
    "attributes.pl-local-id": edited(("<app:lokalnyId>1POG-1SP<", "<app:lokalnyId>SP-1<")),
    "attributes.pl-code": zone("SJ", {"charakterUstalenia": "binding"}),
    "attributes.pl-symbol": edited(("<app:symbol>SP</app:symbol>", "<app:symbol>SZ</app:symbol>")),
    "attributes.pl-hierarchy": sketched(more={"poziomHierarchii": "regional"}),
    "attributes.pl-dataset-kind": sketched(kind=LOCAL_PLAN),
    "attributes.pl-one-status": zone("SJ", {"status": "adoption"}),
    "attributes.pl-primary-profile": zone("SJ", {"profilPodstawowy": ("MN", "U", "K", "ZP", "ZD")}),
    "attributes.pl-allotments": zone("SJ", OLD_PROFILES),
    "attributes.pl-additional-profile": zone("SJ", {"profilDodatkowy": ("P",)}),
    "attributes.pl-parameter-missing": zone("SJ", {"maksWysokoscZabudowy": ()}),
    "attributes.pl-parameter-range": zone("SJ", {"maksUdzialPowierzchniZabudowy": "130.0"}),
    "attributes.pl-decimals": zone("SJ", {"maksWysokoscZabudowy": "12.55"}),
    "attributes.pl-standards": zone("OSD", {"powierzchniaObszaruZieleniPublicznej": "4.0"}),
    "attributes.pl-dates": zone("SJ", {"obowiazujeDo": "2026-03-31"}),
    "attributes.pl-obsolete-end": sketched(status="obsolete"),
    "attributes.pl-document-missing": sketched(papers=()),
    "attributes.pl-document-link": renamed_resolution,
    "attributes.pl-document-version": edited((RESOLUTION, f"{RESOLUTION}<app:wersjaId>20260226T120000</app:wersjaId>")),
    "attributes.pl-resolutions": sketched(papers=LATE_START),
    "attributes.pl-base-map": study(),
    "geometry.pl-axis-order": turned,
    "geometry.pl-crs": in_utm,
    "geometry.pl-surface": in_two_parts,
    "topology.pl-shared-edge": adjoining,
    "topology.pl-acts-overlap": local_plans(gap=-20),
}
PASSES: dict[str, Writer] = {
    "attributes.pl-base-map": study("2025-11-03; Ortofotomapa 2025"),
    "topology.pl-acts-overlap": local_plans(gap=0),
}
CONTEXT = {
    "attributes.pl-teryt": Context(territory=Territory(TERYT, "Lipowa Dolina", "PL", GOOD_SKETCH.crs, boundary())),
}
