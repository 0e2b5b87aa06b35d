"""What is published of the desk: files for the collections, and which municipality has which plan in which state.

Apart because the loader reads it, in the very transaction in which a submission becomes published: it sees the state
that the transaction is about to commit.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desk import folders
from desk.database import Connection, one, rows
from desk.register import Register, territories


def files(connection: Connection, folder: Path) -> list[tuple[str, Path]]:
    """Return the harmonised GeoPackage of each published submission with the submission's id, in order of the id.

    `folder` is the desk's (`desk.folders.root(settings.data)`). Empty when nothing is published.
    """
    found = rows(connection, """SELECT id, "check" FROM desk.submission WHERE state = 'published' ORDER BY id""")
    return [(str(id_), folders.place(folder, check) / "out" / "harmonised.gpkg") for id_, check in found]


@dataclass(frozen=True)
class Coverage:
    """One municipality of the register: `state` CZ, PL or DE; `boundary` is WKB of a polygon in `crs`, x first.

    `standing` is published (it has a plan in force here), accepted, checked (being decided), returned, or none.
    `title`, `version` and `published` are those of the plan that is published, else None; `submission` likewise.
    `waived` are the rules whose errors the region has accepted in it, with its reasons, None if there are none.
    """

    code: str
    name: str
    state: str
    crs: str
    boundary: bytes
    standing: str
    submission: str | None = None
    title: str | None = None
    version: int | None = None
    published: datetime | None = None
    waived: str | None = None


_STANDING = """
SELECT municipality,
       CASE WHEN bool_or(state = 'published') THEN 'published' WHEN bool_or(state = 'accepted') THEN 'accepted'
            WHEN bool_or(state IN ('received', 'checked', 'failed')) THEN 'checked'
            WHEN bool_or(state = 'returned') THEN 'returned' ELSE 'none' END
FROM desk.submission GROUP BY municipality
"""
_NEWEST = """
SELECT DISTINCT ON (municipality) municipality, id, title, version, published,
       (SELECT string_agg(rule || ': ' || reason, '; ' ORDER BY rule) FROM desk.waiver w WHERE w.submission = s.id)
FROM desk.submission s WHERE state = 'published' ORDER BY municipality, (plan = 'zoning-plan') DESC, published DESC, id
"""


def coverage(connection: Connection, register: Register | None) -> list[Coverage]:
    """Return every municipality of the register, in order of the code; empty when there is no register.

    A municipality's zoning plan counts before its local plans, a newer plan before an older one.
    """
    if register is None or one(connection, "SELECT to_regclass(%s)", [register.table]) == (None,):
        return []
    standing: dict[Any, str] = dict(rows(connection, _STANDING))
    newest = {code: plan for code, *plan in rows(connection, _NEWEST)}
    return [
        Coverage(
            *(each.code, each.name, each.state, each.crs, each.wkb),
            standing.get(each.code, "none"),
            *newest.get(each.code, ()),
        )
        for each in territories(connection, register)
    ]
