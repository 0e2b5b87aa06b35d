"""A bare ASGI application over asyncpg: one statement a request returns the finished text; no links, no checks.

    FLOOR_KIND=floor        the text of the whole page is put together in SQL
    FLOOR_KIND=floor-count  the same, and numberMatched by count(*) in a second statement
    FLOOR_KIND=floor-rows   a finished text for each feature, put together here

It runs in an environment of its own, which has asyncpg and uvicorn and nothing of the product.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]

KIND = os.environ.get("FLOOR_KIND", "floor")
TABLES = {"parcels", "memorials", "zones"}
FEATURE = (
    """'{"type":"Feature","id":'||id||',"geometry":'||ST_AsGeoJSON(geom,7)||',"properties":{"id":'||id"""
    """||',"code":'||to_json(code)||',"name":'||to_json(name)||',"category":'||to_json(category)"""
    """||',"area":'||coalesce(area::text,'null')||',"valid_from":'||coalesce(to_json(valid_from)::text,'null')"""
    """||',"updated":'||coalesce(to_json(updated)::text,'null')||'}}'"""
)
# ST_AsMVTGeom stands without WHERE geom IS NOT NULL: the subselect is inlined, and it would run twice.
TILE = """
WITH tile AS (SELECT ST_TileEnvelope($1, $2, $3) AS box),
inside AS (
  SELECT ST_AsMVTGeom(ST_Transform(geom, 3857), tile.box, 4096, 256, true) AS geom,
         id, code, name, category, area::float8, valid_from::text, updated::text
  FROM {table}, tile WHERE geom && ST_Transform(tile.box, 4326))
SELECT ST_AsMVT(inside.*, '{table}', 4096, 'geom', 'id') FROM inside
"""


class Floor:
    """The application; the pool is made when the worker starts."""

    def __init__(self) -> None:
        self.pool: Any = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        parts = scope["path"].strip("/").split("/")
        if len(parts) < 3 or parts[1] not in TABLES:  # noqa: PLR2004 (collections/NAME/what)
            await _answer(send, b"not found", 404)
        elif parts[2] == "tiles":
            zoom, row, column = map(int, parts[4:7])
            tile = await self.pool.fetchval(TILE.format(table=parts[1]), zoom, column, row)
            await _answer(send, bytes(tile or b""), media=b"application/vnd.mapbox-vector-tile")
        elif len(parts) == 4:  # noqa: PLR2004 (and an id)
            text = await self.pool.fetchval(f"SELECT {FEATURE} FROM public.{parts[1]} WHERE id = $1", int(parts[3]))
            await _answer(send, text.encode() if text else b"{}", 200 if text else 404)
        else:
            asked = dict(parse_qsl(scope["query_string"].decode()))
            await _answer(send, await self._page(parts[1], asked))

    async def _live(self, receive: Receive, send: Send) -> None:
        import asyncpg  # type: ignore[import-not-found]  # only the environment in which this is served has it

        while True:
            said = await receive()
            if said["type"] == "lifespan.startup":
                self.pool = await asyncpg.create_pool(os.environ["FLOOR_DSN"], min_size=2, max_size=10)
            else:
                await self.pool.close()
            await send({"type": f"{said['type']}.complete"})
            if said["type"] == "lifespan.shutdown":
                return

    async def _page(self, table: str, asked: dict[str, str]) -> bytes:
        where, values = _where(asked)
        limit, offset = min(int(asked.get("limit", 10)), 10_000), int(asked.get("offset", 0))
        # The subselect matters: without it ST_AsGeoJSON is computed for each row that OFFSET skips.
        inner = f"(SELECT * FROM public.{table} {where} ORDER BY id LIMIT {limit} OFFSET {offset}) page"
        async with self.pool.acquire() as connection:
            if KIND == "floor-rows":
                rows = await connection.fetch(f"SELECT convert_to({FEATURE}, 'UTF8') FROM {inner}", *values)
                head = b'{"type":"FeatureCollection","numberReturned":%d,"features":[' % len(rows)
                return head + b",".join([row[0] for row in rows]) + b"]}"
            counted = ""
            if KIND == "floor-count":
                number = await connection.fetchval(f"SELECT count(*) FROM public.{table} {where}", *values)
                counted = f'"numberMatched":{number},'
            statement = f"SELECT count(*), coalesce(string_agg({FEATURE}, ','), '') FROM {inner}"
            number, features = await connection.fetchrow(statement, *values)
        text = f'{{"type":"FeatureCollection",{counted}"numberReturned":{number},"features":[{features}]}}'
        return text.encode()


def _where(asked: dict[str, str]) -> tuple[str, list[Any]]:
    """Return the condition of a page and its values."""
    values: list[Any] = []
    terms = []
    if "bbox" in asked:
        values += map(float, asked["bbox"].split(","))
        terms.append("ST_Intersects(geom, ST_MakeEnvelope($1, $2, $3, $4, 4326))")
    if "category" in asked:
        values.append(asked["category"])
        terms.append(f"category = ${len(values)}")
    if "wkt" in asked:
        values.append(asked["wkt"])
        terms.append(f"ST_Intersects(geom, ST_GeomFromText(${len(values)}, 4326))")
    return f"WHERE {' AND '.join(terms)}" if terms else "", values


async def _answer(send: Send, body: bytes, status: int = 200, media: bytes = b"application/geo+json") -> None:
    headers = [(b"content-type", media), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = Floor()
