"""Edits that a load would undo: it is refused, and each of them is named.

Apart from the other checks because it looks at who wrote a row, not at what stands in it. An edit counts until a load
has been compared with it and found it in the source; from then on the source may change the row again.
"""

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from etl.store.connect import Connection
from etl.store.difference import CHANGED
from etl.store.tables import fetch, table
from findings import Finding, Level, Report
from findings.report import KEPT_PER_CODE

_EDITS = sql.SQL(
    "SELECT id, coalesce(who, '') AS who FROM krajina.batch WHERE dataset = {dataset} AND road = 'edit'"
    " AND id > coalesce((SELECT max(id) FROM krajina.batch WHERE dataset = {dataset}"
    " AND (state = 'published' AND road NOT IN ('edit', 'rollback')"
    " OR state = 'unchanged' AND rows_read IS NOT NULL)), 0)"
)


def undone(connection: Connection, dataset: Dataset, report: Report, *, same_layout: bool) -> None:
    """Report each edited feature that the listed changes would overwrite, take away or bring back.

    With another layout every row is written anew: then each edit is reported.
    """
    edits = _EDITS.format(dataset=sql.Literal(dataset.id))
    if not fetch(connection, "{edits} LIMIT 1", edits=edits):
        return
    found = (
        fetch(
            connection,
            "WITH edits AS ({edits}), undone AS ("
            " SELECT changed.id, edits.id AS batch, edits.who FROM {changed} AS changed"
            " JOIN {data} AS old ON old.{id} = changed.id JOIN edits ON edits.id = old.{batch}"
            " WHERE changed.change <> 'inserted'"
            " UNION ALL SELECT changed.id, edits.id, edits.who FROM {changed} AS changed JOIN {history} AS gone"
            " ON gone.{id} = changed.id JOIN edits ON edits.id = gone.{closed} WHERE changed.change = 'inserted')"
            " SELECT id::text, batch, who, count(*) OVER () FROM undone ORDER BY batch LIMIT {most}",
            edits=edits,
            changed=CHANGED,
            data=table(layout.DATA, dataset),
            history=table(layout.HISTORY, dataset),
            id=sql.Identifier(layout.id_column(dataset)),
            batch=sql.Identifier(layout.BATCH),
            closed=sql.Identifier(layout.CLOSED),
            most=sql.Literal(KEPT_PER_CODE),
        )
        if same_layout
        else fetch(
            connection,
            "WITH edits AS ({edits}) SELECT NULL, id, who, count(*) OVER () FROM edits ORDER BY id LIMIT {most}",
            edits=edits,
            most=sql.Literal(KEPT_PER_CODE),
        )
    )
    for row, batch, who, _ in found:
        report.append(Finding("EDIT-UNDONE", Level.ERROR, {"batch": str(batch), "who": who}, dataset.id, row=row))
    if found:
        report.count("EDIT-UNDONE", Level.ERROR, found[0][-1] - len(found))
