"""One snapshot over several published tables: a publication at this moment is seen whole or not at all."""

from collections.abc import Sequence

from psycopg2 import sql
from psycopg2.extensions import cursor

from catalogue.layout import LEDGER
from service.database import TableChangedError
from service.features import lock
from service.published import Served


def begin(cursor: cursor, used: Sequence[Served]) -> None:
    """Begin the snapshot; to be asked first. Nothing is asked where no table is used.

    Raises TableChangedError when another batch is published than the worker believes.
    """
    expected = {each.id: each.published.batch for each in used}
    if not expected:
        return
    batches = sql.SQL("SELECT dataset, batch FROM {} WHERE dataset = ANY(%s)").format(sql.Identifier(LEDGER, "current"))
    locked = {each.id: each.dataset for each in used}
    cursor.execute(lock(locked.values()) + batches, (list(expected),))
    if dict(cursor.fetchall()) != expected:
        raise TableChangedError("another batch")
