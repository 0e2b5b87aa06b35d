"""What the ledger says is published now."""

import logging

from psycopg2 import sql
from pydantic import ValidationError

from catalogue import Dataset
from catalogue.layout import LEDGER
from service.database import Database
from service.published import Published

LOG = logging.getLogger(__name__)
_CURRENT = sql.SQL("SELECT dataset, batch, rows, definition, bbox, published, artefact FROM {}").format(
    sql.Identifier(LEDGER, "current")
)


def read_published(database: Database) -> dict[str, Published]:
    """Return what is published, by dataset. Raises as `Database.read`.

    A definition that this version of the program does not understand is left out and logged.
    """
    found = {}
    for id_, batch, rows, definition, bbox, published, artefact in database.rows(_CURRENT):
        try:
            loaded = Dataset.model_validate(definition)
        except ValidationError as error:
            LOG.error("the published definition of %s is not understood: %s", id_, error)  # noqa: TRY400 (no fault of code)
            continue
        found[id_] = Published(loaded, batch, rows or 0, tuple(bbox) if bbox else None, published, artefact)
    return found
