"""What is known around a plan, from the database: its municipality, plans of the neighbours, the plan in force.

Apart from the checks because it reads published data only: what one municipality has not published yet is never part of
what another one is told.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk import folders, zones
from desk.database import Connection, rows
from desk.register import Municipality, Register, adjoining, named
from desk.submissions import plan_of
from plans.context import Context, Neighbour

LOG = logging.getLogger(__name__)
ZONING_PLAN = "zoning-plan"
_CODE = re.compile(r"(?<!\d)\d{6,8}(?!\d)")


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose plan it is taken for, and which one of theirs (as `gist.plan_key`): by this the context is chosen."""

    municipality: str | None
    plan: str = ZONING_PLAN


def guessed(connection: Connection, register: Register | None, said: str | None, name: str) -> Setting:
    """Return the setting before the plan has been read: what its sender says, else a code in the name of the file."""
    if register is None:
        return Setting(None)
    for code in [said] if said else _CODE.findall(name):
        found = named(connection, register, code)
        if found is not None:
            return Setting(found.code)
    return Setting(None)


def told(connection: Connection, register: Register | None, first: Setting, gist: Mapping[str, Any]) -> Setting:
    """Return the setting that the plan itself tells, now that it has been read; who was named by its sender stays."""
    if register is None:
        return first
    said = [first.municipality] if first.municipality else [c for each in gist["plans"] for c in each["municipalities"]]
    for code in said:
        found = named(connection, register, code)
        plan = plan_of(connection, found.code, gist) if found else None
        if found is not None and plan is not None:
            return Setting(found.code, plan)
    return first


def context(
    connection: Connection, register: Register | None, folder: Path, setting: Setting, expected: Mapping[str, str]
) -> Context:
    """Return what is known around a plan of the setting; alone with what was `expected` where nothing is known.

    `folder` is the desk's. Plans of neighbours are in their own CRS.
    """
    own = named(connection, register, setting.municipality) if register and setting.municipality else None
    if register is None or own is None:
        return Context(expected=expected)
    beside = {each.code: each for each in adjoining(connection, register, own.code)}
    published = _published(connection, [own.code, *beside])
    neighbours = [_neighbour(folder, beside[code], each) for code, *each in published if code in beside]
    in_force = [
        _neighbour(folder, own, each) for code, *each in published if code == own.code and each[1] == setting.plan
    ]
    return Context(
        territory=own.territory,
        neighbours=tuple(each for each in neighbours if each is not None),
        in_force=next(iter(in_force), None),
        expected=expected,
    )


def in_force_of(connection: Connection, setting: Setting) -> str | None:
    """Return the submission that a plan of the setting would replace, None if there is none."""
    return next(
        (id_ for _, id_, plan, *_ in _published(connection, [setting.municipality]) if plan == setting.plan), None
    )


def _published(connection: Connection, codes: list[str | None]) -> list[tuple[Any, ...]]:
    return rows(
        connection,
        'SELECT municipality, id, plan, title, version, "check" FROM desk.submission'
        " WHERE state = 'published' AND municipality = ANY (%s) ORDER BY municipality, plan <> %s, id",
        [codes, ZONING_PLAN],
    )


def _neighbour(folder: Path, municipality: Municipality, published: list[Any]) -> Neighbour | None:
    """Return a published plan; None for one without areas, and for one that cannot be read, which is our fault."""
    id_, _, title, version, check = published
    try:
        found = zones.zones(folders.place(folder, check) / "out" / "harmonised.gpkg")
    except zones.NotReadableError:
        LOG.exception("the published plan %s cannot be read", id_)
        return None
    return Neighbour(municipality.territory, title, str(version), found) if found else None
