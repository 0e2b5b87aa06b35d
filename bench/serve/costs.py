"""What quick answers cost before they are asked for: time to load, room on the disk."""

import json

from bench.serve.place import NAMES, Place, connected
from bench.serve.targets import Target, at_most

ROOM = 2.0
"""How many times the room of the plain tables ours may take."""


def run(place: Place) -> list[Target]:
    """Return the room of our tables with all that belongs to them, and how long the loader took."""
    room = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind IN ('r', 'm') AND {}"
    with connected(place.dsn) as connection, connection.cursor() as cursor:
        sizes = []
        for where in (
            "relnamespace = 'public'::regnamespace AND relname = ANY(%s)",
            "relnamespace NOT IN ('public'::regnamespace, 'pg_catalog'::regnamespace) AND relname = ANY(%s)",
        ):
            cursor.execute(room.format(where), (list(NAMES),))
            sizes.append(float((cursor.fetchone() or (0,))[0]))
    plain, ours = sizes
    loads = json.loads((place.folder / "load.json").read_text(encoding="utf-8"))
    told = "; ".join(f"{each['dataset']} {each['inserted']:,} in {each['seconds']:.1f} s" for each in loads)
    return [
        Target("load, each row checked, indexes included", told),
        at_most(f"room of our tables and indexes ({ours / 1e6:.0f} MB), to the plain ones", ours / plain, ROOM),
    ]
