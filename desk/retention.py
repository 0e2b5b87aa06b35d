"""What is deleted, and when: checks that nobody handed in, sessions and invitations that are over, folders of nobody.

What was handed in is kept: submissions, their files, reports and events are never deleted here.
"""

import time
from pathlib import Path

from desk import folders
from desk.database import Pool, rows, run

ORPHAN_SECONDS = 24 * 3600
"""A folder without a row is left by a process that was killed between the two; a younger one may be about to get it."""


def purge(database: Pool, folder: Path) -> int:
    """Delete what is too old; return how many checks went. A check that runs right now stays until the next time.

    Rows go before files: a file without a row is found the next time, a row without files would be a dead link.
    """
    with database.transaction() as connection:
        gone = rows(
            connection,
            'DELETE FROM desk."check" WHERE expires < now() AND NOT'
            " (state = 'running' AND started > now() - interval '1 hour') RETURNING id",
        )
        run(connection, "DELETE FROM desk.session WHERE expires < now() OR seen < now() - interval '1 day'")
        run(connection, "DELETE FROM desk.invitation WHERE used IS NULL AND expires < now() - interval '90 days'")
    for (id_,) in gone:
        folders.remove(folder, id_)
    _remove_orphans(database, folder)
    return len(gone)


def _remove_orphans(database: Pool, folder: Path) -> None:
    oldest = time.time() - ORPHAN_SECONDS
    here = [each.name for each in folder.glob("*") if folders.ID.fullmatch(each.name) and each.stat().st_mtime < oldest]
    with database.transaction() as connection:
        known = {id_ for (id_,) in rows(connection, 'SELECT id FROM desk."check" WHERE id = ANY (%s)', [here])}
    for name in set(here) - known:
        folders.remove(folder, name)
