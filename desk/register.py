"""The register of municipalities: a published dataset of the portal, read from its table.

Apart because checks, the coverage and the invitations ask it, and because which dataset it is stands in portal.yml.
"""

import re
from dataclasses import dataclass

import shapely
from psycopg2 import sql

from catalogue import Catalogue, layout
from desk.database import Connection
from plans.context import Territory

ADJOINING = 20.0
"""Metres within which two municipalities count as neighbours: registers of two states do not meet exactly."""
SHORTEST_CODE = 6
"""Digits of a Czech code, and of a TERYT without the kind."""


@dataclass(frozen=True)
class Register:
    """Where the register stands: table, its columns, the CRS of its geometry."""

    table: str
    code: str
    name: str
    state: str
    crs: str

    @property
    def query(self) -> sql.Composable:
        """A subquery of code, name, state, geom."""
        names = [sql.Identifier(column) for column in (self.code, self.name, self.state)]
        return sql.SQL("(SELECT {}::text AS code, {}::text AS name, {}::text AS state, {} AS geom FROM {})").format(
            *names, sql.Identifier(layout.GEOMETRY), sql.Identifier(*self.table.split("."))
        )


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality of the register; `wkb` is its area in `crs`, x first."""

    code: str
    name: str
    state: str
    crs: str
    wkb: bytes

    @property
    def territory(self) -> Territory:
        """The same in the terms of a check."""
        return Territory(self.code, self.name, self.state.upper(), self.crs, shapely.from_wkb(self.wkb))


def register_of(catalogue: Catalogue) -> Register | None:
    """Return the register that portal.yml names; None if it names none, or if there is no such dataset of areas."""
    said = catalogue.portal.desk
    dataset = catalogue.datasets.get(said.municipalities) if said else None
    if said is None or dataset is None or not dataset.has_geometry:
        return None
    if not {said.code, said.name, said.state} <= set(dataset.kept):
        return None
    table = f"{layout.DATA}.{layout.table_name(dataset.id)}"
    return Register(table, said.code, said.name, said.state, dataset.crs)


def territories(connection: Connection, register: Register) -> list[Municipality]:
    """Return all municipalities in order of the code; empty if the dataset has not been loaded."""
    return _found(connection, register, "SELECT {columns} FROM {register} AS r ORDER BY code")


def names(connection: Connection, register: Register) -> list[tuple[str, str]]:
    """Return code and name of all municipalities in order of the name; empty if the dataset has not been loaded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [register.table])
        if cursor.fetchone() == (None,):
            return []
        question = 'SELECT code, name FROM {} AS r ORDER BY name COLLATE "und-x-icu", code'
        cursor.execute(sql.SQL(question).format(register.query))
        return [(code, name) for code, name in cursor.fetchall()]


def named(connection: Connection, register: Register, code: str) -> Municipality | None:
    """Return the municipality of the code; signs between its digits do not count."""
    found = _found(
        connection,
        register,
        "SELECT {columns} FROM {register} AS r"
        " WHERE regexp_replace(code, '[^0-9A-Za-z]', '', 'g') = regexp_replace(%s, '[^0-9A-Za-z]', '', 'g') LIMIT 1",
        code,
    )
    return found[0] if found else None


def adjoining(connection: Connection, register: Register, code: str) -> list[Municipality]:
    """Return the municipalities beside that of the code, in order of their codes."""
    return _found(
        connection,
        register,
        "SELECT {columns} FROM {register} AS own JOIN {register} AS r"
        " ON r.code <> own.code AND ST_DWithin(r.geom{measure}, own.geom{measure}, {metres})"
        " WHERE own.code = %s ORDER BY r.code",
        code,
    )


def same_municipality(code: str, other: str) -> bool:
    """Return whether two codes mean the same municipality: signs between digits and what one says more do not count.

    Plans say TERYT with and without the kind of municipality, and the AGS inside a longer key.
    """
    one, two = (re.sub(r"[^0-9A-Za-z]", "", each) for each in (code, other))
    return min(len(one), len(two)) >= SHORTEST_CODE and (one.startswith(two) or two.startswith(one))


def _found(connection: Connection, register: Register, statement: str, *values: str) -> list[Municipality]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [register.table])
        if cursor.fetchone() == (None,):
            return []
        columns = sql.SQL("r.code, r.name, r.state, ST_AsBinary(r.geom)")
        measure = sql.SQL("::geography" if register.crs == layout.LON_LAT else "")
        composed = sql.SQL(statement).format(
            columns=columns, register=register.query, metres=sql.Literal(ADJOINING), measure=measure
        )
        cursor.execute(composed, values)
        return [
            Municipality(code, name, state, register.crs, bytes(wkb)) for code, name, state, wkb in cursor.fetchall()
        ]
