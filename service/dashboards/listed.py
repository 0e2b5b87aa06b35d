"""Parts that are told as they are found: figures, gaps, anniversaries, a map."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from catalogue import Dataset
from catalogue.dashboards import GEOMETRY, AnniversariesPart, Figure, FiguresPart, GapsPart, MapPart
from catalogue.layout import id_column
from service.dashboards import amounts, charts, conditions, mapped
from service.dashboards.charts import Mark
from service.dashboards.counting import Counts
from service.dashboards.reading import Answers, Reading
from service.dashboards.told import Line, Tile, Told
from service.dashboards.words import Words


def of_figures(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell tiles with figures."""
    part = told.part
    assert isinstance(part, FiguresPart)  # noqa: S101 (chosen by its class)
    tiles = [_tile(words, reading, figure, found) for figure, found in zip(part.figures, answers, strict=True)]
    said = "; ".join(f"{tile.title}: {tile.figure}" for tile in tiles)
    heads = (words.text("head.figure"), words.text("head.value"), words.text("head.share"))
    lines = tuple(tile.line for tile in tiles)
    return replace(told, finding=f"{said}.", heads=heads, lines=lines, tiles=tuple(tiles))


def _tile(words: Words, reading: Reading, figure: Figure, found: Counts) -> Tile:
    dataset = reading.served[figure.dataset or ""].dataset
    value, whole = found.totals
    shown = words.scale(dataset, figure, value).told(value, words.language)
    share = amounts.share(value, whole, words.language) if figure.share else ""
    title = words.of(figure.title)
    address = reading.address
    line = Line(
        title,
        (shown, share),
        (value, value / whole if figure.share and whole and value is not None else None),
        None,
        address.on_the_map([dataset], figure.where),
        address.as_list(dataset, figure.where),
    )
    beside = words.text("tile.share", share=share) if figure.share else ""
    return Tile(title, shown, beside, line)


def of_gaps(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell what is not filled in, the most first."""
    part = told.part
    assert isinstance(part, GapsPart)  # noqa: S101 (chosen by its class)
    dataset, found = reading.served[part.dataset or ""].dataset, answers[0]
    pairs = sorted(zip(part.columns, found.totals, strict=True), key=lambda pair: -pair[1])
    lines = [_gap(words, reading, dataset, part, name, missing, found.rows) for name, missing in pairs]
    marks = [
        Mark(line.name, float(missing), href=line.on_map)
        for line, (_, missing) in zip(lines, pairs, strict=True)
        if missing
    ]
    finding = words.text("finding.complete")
    if found.rows == 0:
        finding = words.text("finding.nothing")
    elif pairs and pairs[0][1]:
        share, total = lines[0].cells[1], amounts.Scale().told(found.rows, words.language)
        finding = words.text("finding.gaps", label=lines[0].name, n=pairs[0][1], total=total, share=share)
        filled = [line.name for line, (_, missing) in zip(lines, pairs, strict=True) if not missing]
        if filled:
            finding += " " + words.text("finding.filled", labels=", ".join(filled))

    def shown(value: float | None) -> str:
        return amounts.Scale().told(value, words.language)

    heads = (words.text("head.column"), words.text("head.missing"), words.text("head.share"))
    return replace(
        told,
        finding=finding,
        heads=heads,
        lines=tuple(lines),
        drawing=charts.bars(marks, told.title, shown) if marks else None,
    )


def _gap(words: Words, reading: Reading, dataset: Dataset, part: GapsPart, name: str, missing: int, rows: int) -> Line:
    share = amounts.share(missing, rows, words.language)
    cells = (amounts.Scale().told(missing, words.language), share)
    made = Line(words.column(dataset, name), cells, (missing, missing / rows if rows else None), name)
    if name == GEOMETRY or not missing:
        return made
    condition = conditions.equals(name, None)
    address = reading.address
    return replace(
        made,
        on_map=address.on_the_map([dataset], part.where, condition),
        as_list=address.as_list(dataset, part.where, condition),
    )


def of_anniversaries(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell the round anniversaries of this year."""
    part = told.part
    assert isinstance(part, AnniversariesPart)  # noqa: S101 (chosen by its class)
    dataset, found = reading.served[part.dataset or ""].dataset, answers[0]
    label = dataset.map.label if dataset.map else None
    first = label if label in part.columns else None
    rest = [name for name in part.columns if name != first]
    lines = [_anniversary(words, reading, dataset, part, row, first, rest) for row in found.items]
    key = "finding.anniversaries" if lines else "finding.no-anniversaries"
    heads = [words.column(dataset, first or id_column(dataset)), words.column(dataset, part.by)]
    heads += [words.text("head.years"), *(words.column(dataset, name) for name in rest)]
    return replace(
        told,
        finding=words.text(key, n=len(lines), year=str(reading.year)),
        heads=tuple(heads),
        lines=tuple(lines),
    )


def _anniversary(
    words: Words,
    reading: Reading,
    dataset: Dataset,
    part: AnniversariesPart,
    row: Sequence[Any],
    first: str | None,
    rest: Sequence[str],
) -> Line:
    values = dict(zip(("_id", "_by", *part.columns, "_years"), row, strict=True))
    name = words.value(dataset, first, values[first]) if first else str(values["_id"])
    cells = [words.value(dataset, part.by, values["_by"]), str(values["_years"])]
    cells += [words.value(dataset, each, values[each]) for each in rest]
    raw = (values["_by"], values["_years"], *(values[each] for each in rest))
    ident = quote(str(values["_id"]), safe="")
    own = f"/ogc/collections/{dataset.id}/items/{ident}?f=html&lang={words.language}"
    on_map = None if reading.address.is_long else reading.address.on_the_map([dataset])
    return Line(name, tuple(cells), raw, values["_id"], on_map and f"{on_map}&feature={dataset.id}/{ident}", page=own)


def of_map(words: Words, reading: Reading, told: Told, answers: Answers) -> Told:
    """Tell a small map: how many features each colour has."""
    part = told.part
    assert isinstance(part, MapPart)  # noqa: S101 (chosen by its class)
    dataset, found = reading.served[part.dataset or ""].dataset, answers[0]
    by = dataset.map.style.by if dataset.map else None
    colours = words.colours(dataset, by) if by else {}
    plain = dataset.map.style.color if dataset.map else "#2b6cb0"
    here = [str(row[2]) for row in found.items] if by else ["" for _ in found.items]
    codes = [code for code in colours if code in here] + sorted({code for code in here if code not in colours})
    counted = {code: here.count(code) for code in codes}
    kinds = [
        mapped.Kind(
            words.value(dataset, by, None if code == "None" else code) if by else words.of(dataset.title),
            colours.get(code) or plain,
            counted[code],
            mapped.hatch_of(index),
        )
        for index, code in enumerate(codes)
    ]
    names = [str(row[1] or row[0]) for row in found.items]
    under = answers[1].items if len(answers) > 1 else ()
    plan = mapped.drawn(found.items, kinds, [codes.index(code) for code in here], names, told.title, under)
    lines = [
        _kind(words, reading, dataset, part, by, code, kind, found.rows)
        for code, kind in zip(codes, kinds, strict=True)
    ]
    heads = (
        words.column(dataset, by) if by else words.text("head.layer"),
        words.text("head.count"),
        words.text("head.share"),
    )
    finding = words.text("finding.nothing")
    if kinds:
        most = max(kinds, key=lambda kind: kind.count)
        total, value = (amounts.Scale().told(each, words.language) for each in (found.rows, most.count))
        share = amounts.share(most.count, found.rows, words.language)
        finding = words.text("finding.bars.count", label=most.label, value=value, total=total, share=share)
    return replace(told, finding=finding, heads=heads, lines=tuple(lines), plan=plan)


def _kind(
    words: Words,
    reading: Reading,
    dataset: Dataset,
    part: MapPart,
    by: str | None,
    code: str,
    kind: mapped.Kind,
    rows: int,
) -> Line:
    condition = conditions.equals(by, None if code == "None" else code) if by else None
    address = reading.address
    return Line(
        kind.label,
        (amounts.Scale().told(kind.count, words.language), amounts.share(kind.count, rows, words.language)),
        (kind.count, kind.count / rows if rows else None),
        code if by else None,
        address.on_the_map([dataset], part.where, condition),
        address.as_list(dataset, part.where, condition),
    )
