"""What a part of a dashboard asks of PostgreSQL: one question each, answered by the table's own figures.

The total comes from the same question (GROUPING SETS), so parts and whole can never disagree; what is asked before is
kept for as long as the dataset's batch is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg2 import sql

from catalogue import Dataset
from catalogue.dashboards import (
    GEOMETRY,
    AnniversariesPart,
    BarsPart,
    Figure,
    GapsPart,
    MapPart,
    Measured,
    TablePart,
    TimelinePart,
    TreemapPart,
)
from catalogue.layout import DATA, id_column, lon_lat_column, table_name

GROUPS_MAX, ROWS_MAX, SHAPES_MAX = 2000, 200, 6000
_SPANS = {"decade": 10, "century": 100}
_MAP_CELLS = 400
"""A small map is simplified to this many cells along its longer side: finer is not seen on it."""

type Counted = BarsPart | TimelinePart | TreemapPart | TablePart | GapsPart | AnniversariesPart | MapPart | Figure


@dataclass(frozen=True)
class Question:
    """One question: a part (or a figure of one) over a dataset. `within`: rows that count; `level` of a treemap.

    `year` is this year, for anniversaries.
    """

    asking: Counted
    dataset: Dataset
    within: sql.Composable
    marked: sql.Composable | None = None
    """The condition of a figure of which the share is told."""
    columns: tuple[sql.Composable | None, ...] = ()
    """The conditions of a table's columns."""
    level: str = ""
    year: int = 0


@dataclass(frozen=True)
class Counts:
    """What was found: `groups` are (value, figures, rows); `totals` the figures of all, `rows` how many there are.

    `newest` are the values that are compared, the newer first; None where nothing is compared. `items` are rows as they
    are (anniversaries, shapes of a map).
    """

    groups: tuple[tuple[Any, tuple[Any, ...], int], ...] = ()
    totals: tuple[Any, ...] = ()
    rows: int = 0
    newest: tuple[Any, ...] | None = None
    items: tuple[tuple[Any, ...], ...] = ()


def statement(question: Question) -> sql.Composable:
    """Return the question as SQL."""
    asking = question.asking
    if isinstance(asking, Figure):
        return _figure(question, asking)
    if isinstance(asking, GapsPart):
        return _gaps(question, asking)
    if isinstance(asking, AnniversariesPart):
        return _anniversaries(question, asking)
    if isinstance(asking, MapPart):
        return _shapes(question)
    return _grouped(question, asking)


def counts(question: Question, rows: Sequence[tuple[Any, ...]]) -> Counts:
    """Return what the rows of the answer say."""
    asking = question.asking
    if isinstance(asking, AnniversariesPart | MapPart):
        return Counts(items=tuple(rows), rows=len(rows))
    if isinstance(asking, Figure | GapsPart):
        figures = tuple(_plain(each) for each in rows[0])
        return Counts(totals=figures[:-1], rows=figures[-1])
    over = getattr(asking, "over", None)
    end = -2 if over else -1  # behind the number of rows stand the values that are compared
    whole, *groups = rows  # the total comes first
    found = tuple((row[1], tuple(map(_plain, row[2:end])), int(row[end])) for row in groups)
    newest = tuple(whole[-1] or ()) if over else None
    return Counts(found, tuple(map(_plain, whole[2:end])), int(whole[end]), newest)


def _grouped(question: Question, asking: BarsPart | TimelinePart | TreemapPart | TablePart) -> sql.Composable:
    over = asking.over if isinstance(asking, BarsPart | TreemapPart) else None
    key = _key(question, asking)
    figures = _figures(question, asking, over)
    names = [sql.SQL("GROUPING(_key)"), sql.SQL("_key"), *figures, sql.SQL("count(*)")]
    newest: sql.Composable = sql.SQL("")
    if over:
        newest = sql.SQL(
            ", _newest AS (SELECT array_agg(_over) AS _over FROM"
            " (SELECT DISTINCT {over} AS _over FROM _rows WHERE {over} IS NOT NULL ORDER BY 1 DESC LIMIT 2) AS _two)"
        ).format(over=sql.Identifier(over))
        names.append(sql.SQL("(SELECT _over FROM _newest)"))
    return sql.SQL(
        "WITH _rows AS NOT MATERIALIZED (SELECT *, {key} AS _key FROM {table} WHERE {within}){newest}"
        " SELECT {names} FROM _rows GROUP BY GROUPING SETS ((_key), ()) ORDER BY 1 DESC, {order} LIMIT {most}"
    ).format(
        key=key,
        table=_table(question.dataset),
        within=question.within,
        newest=newest,
        names=sql.SQL(", ").join(names),
        order=_order(question, asking),
        most=sql.Literal(GROUPS_MAX + 1),
    )


def _figures(
    question: Question, asking: BarsPart | TimelinePart | TreemapPart | TablePart, over: str | None
) -> list[sql.Composable]:
    """Return the figures of each group: one, or one for each of the two newest values, or those of a table."""
    if isinstance(asking, TablePart):
        pairs = zip(asking.columns, question.columns, strict=True)
        return [_filtered(_measure(each), condition) for each, condition in pairs]
    if over is None:
        return [_measure(asking)]
    newest = [
        sql.SQL("{} = (SELECT _over[{}] FROM _newest)").format(sql.Identifier(over), sql.Literal(place))
        for place in (1, 2)
    ]
    return [_filtered(_measure(asking), condition) for condition in newest]


def _key(question: Question, asking: BarsPart | TimelinePart | TreemapPart | TablePart) -> sql.Composable:
    if isinstance(asking, TimelinePart):
        return _step(asking, question.dataset)
    return sql.Identifier(_by(question, asking))


def _by(question: Question, asking: BarsPart | TreemapPart | TablePart) -> str:
    return question.level if isinstance(asking, TreemapPart) else asking.by


def _order(question: Question, asking: BarsPart | TimelinePart | TreemapPart | TablePart) -> sql.Composable:
    """Return in which order the groups come: as time goes, else the largest first, equal ones by the alphabet."""
    if isinstance(asking, TimelinePart):
        return sql.SQL("_key NULLS LAST")
    column = question.dataset.columns.get(_by(question, asking))
    is_text = column is not None and column.type in {"text", "code"}
    return sql.SQL("3 DESC NULLS LAST, _key {} NULLS LAST").format(sql.SQL('COLLATE "und-x-icu"' if is_text else ""))


def _measure(asking: Measured) -> sql.Composable:
    if asking.sum:
        return sql.SQL("sum({})").format(sql.Identifier(asking.sum))
    if asking.mean:
        return sql.SQL("avg({})").format(sql.Identifier(asking.mean))
    return sql.SQL("count(*)")


def _filtered(figure: sql.Composable, condition: sql.Composable | None) -> sql.Composable:
    return figure if condition is None else sql.SQL("{} FILTER (WHERE {})").format(figure, condition)


def _step(asking: TimelinePart, dataset: Dataset) -> sql.Composable:
    """Return the step in which a row falls: a year as a number, a day or a month as its first day."""
    column = sql.Identifier(asking.by)
    if asking.step in {"day", "month"}:
        return sql.SQL("date_trunc({}, {})::date").format(sql.Literal(asking.step), column)
    year = _year(asking.by, dataset)
    if asking.step == "year":
        return year
    span = sql.Literal(_SPANS[asking.step])
    return sql.SQL("({year} / {span} * {span})").format(year=year, span=span)


def _year(name: str, dataset: Dataset) -> sql.Composable:
    """Return the year of a column of dates, or the column itself where it holds years."""
    column = sql.Identifier(name)
    return column if dataset.columns[name].type == "integer" else sql.SQL("extract(year FROM {})::int").format(column)


def _figure(question: Question, asking: Figure) -> sql.Composable:
    """Return the figure of the rows that are marked, and of all."""
    return sql.SQL("SELECT {marked}, {whole}, count(*) FROM {table} WHERE {within}").format(
        marked=_filtered(_measure(asking), question.marked),
        whole=_measure(asking),
        table=_table(question.dataset),
        within=question.within,
    )


def _gaps(question: Question, asking: GapsPart) -> sql.Composable:
    shape = lon_lat_column(question.dataset)
    missing = [
        sql.SQL("count(*) FILTER (WHERE {} IS NULL)").format(sql.Identifier(shape or ""))
        if name == GEOMETRY
        else sql.SQL("count(*) FILTER (WHERE coalesce(btrim({}::text), '') = '')").format(sql.Identifier(name))
        for name in asking.columns
    ]
    return sql.SQL("SELECT {}, count(*) FROM {} WHERE {}").format(
        sql.SQL(", ").join(missing), _table(question.dataset), question.within
    )


def _anniversaries(question: Question, asking: AnniversariesPart) -> sql.Composable:
    dataset = question.dataset
    named = [id_column(dataset), asking.by, *asking.columns]
    return sql.SQL(
        "SELECT {names}, {now} - {year} FROM {table}"
        " WHERE {within} AND {year} < {now} AND ({now} - {year}) % {every} = 0 ORDER BY {year}, {id} LIMIT {most}"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, named)),
        now=sql.Literal(question.year),
        year=_year(asking.by, dataset),
        table=_table(dataset),
        within=question.within,
        every=sql.Literal(asking.every),
        id=sql.Identifier(id_column(dataset)),
        most=sql.Literal(ROWS_MAX),
    )


def _shapes(question: Question) -> sql.Composable:
    """Return id, label, colour's value and simplified shape (WKB, Web Mercator) of the features on a small map."""
    dataset = question.dataset
    section = dataset.map
    shape = sql.SQL("ST_Transform({}, 3857)").format(sql.Identifier(lon_lat_column(dataset) or GEOMETRY))
    cell = sql.SQL("(SELECT greatest(ST_XMax(_e) - ST_XMin(_e), ST_YMax(_e) - ST_YMin(_e)) / {} FROM _extent)").format(
        sql.Literal(_MAP_CELLS)
    )
    label, by = (
        sql.Identifier(name) if name else sql.SQL("NULL")
        for name in (section.label if section else None, section.style.by if section else None)
    )
    return sql.SQL(
        "WITH _rows AS (SELECT {id} AS _id, {label} AS _label, {by} AS _by, {shape} AS _s FROM {table}"
        " WHERE {within} LIMIT {most}), _extent AS (SELECT ST_Extent(_s) AS _e FROM _rows)"
        " SELECT _id, _label, _by, ST_AsBinary(ST_Simplify(_s, {cell}, true)) FROM _rows"
    ).format(
        id=sql.Identifier(id_column(dataset)),
        label=label,
        by=by,
        shape=shape,
        table=_table(dataset),
        within=question.within,
        most=sql.Literal(SHAPES_MAX),
        cell=cell,
    )


def _table(dataset: Dataset) -> sql.Identifier:
    return sql.Identifier(DATA, table_name(dataset.id))


def _plain(value: Any) -> Any:  # noqa: ANN401 (a figure of PostgreSQL)
    """Return a figure as a whole number where it is one, else as a float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
