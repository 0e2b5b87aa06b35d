"""Features asked the short way: read, one question to PostGIS, texts joined, sent; no thread and no pygeoapi between.

For GeoJSON without a token, which is nearly all of the traffic. Parameters, SQL, links and headers are those of
the long way (`service.execute`); what is not plain goes there: pages and other formats, tokens, boxes that are curved.
Whether the answer belongs to what this worker knows to be published, the question itself tells: every row has the
batch beside it.
"""

from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime

import anyio.to_thread
from psycopg2 import sql
from starlette.requests import Request
from starlette.responses import Response

from service import boxes, features, formatter
from service.asked import Asked
from service.database import TableChangedError
from service.execute import ITEM, ITEMS, Operation, read
from service.featurelinks import feature_links, items
from service.media import GEOJSON
from service.paging import Page, counts
from service.parameters import ItemsQuery, NoSuchFeatureError, feature_id
from service.published import Served
from service.readers import Readers, Rows
from service.reception import version_of
from service.respond import Answer, Version, is_known, is_named, respond, unmodified, wants_gzip
from service.state import Live

LARGE = 30_000
"""Bytes from which an answer is compressed in a thread: it takes milliseconds in which nobody else is served."""
REMEMBERED = 4096


class Direct:
    """Answers items and item for the worker's event loop. `None` is the answer to what must go the long way."""

    def __init__(self, live: Live, readers: Readers) -> None:
        self._live = live
        self._readers = readers
        self._counted: OrderedDict[tuple[object, ...], int] = OrderedDict()

    async def items(self, request: Request) -> Response | None:
        """Return a page of features. Raises what reading the request and asking the database raise."""
        asked = self._read(request, ITEMS)
        if asked is None or asked.served is None or not isinstance(asked.query, ItemsQuery):
            return None
        query, dataset = asked.query, asked.served.dataset
        if not boxes.are_straight(query.boxes, dataset):
            return None
        version = version_of(request, asked)
        if is_known(request, version):
            return unmodified(version, private=False)
        page = await self._page(query, asked.served)
        document = {
            "type": "FeatureCollection",
            "features": [text for _, text in page.rows],
            "numberReturned": len(page.rows),
            **({} if page.matched is None else {"numberMatched": page.matched}),
            "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "continue": page.beside,
        }
        body = formatter.collection(items(document, asked))
        return await _sent(request, _answer(body, asked, asked.query), version)

    async def item(self, request: Request) -> Response | None:
        """Return one feature; raises NoSuchFeatureError too."""
        asked = self._read(request, ITEM)
        if asked is None or asked.served is None or not isinstance(asked.query, ItemsQuery):
            return None
        dataset, crs = asked.served.dataset, asked.query.crs
        id_ = feature_id(request.path_params["feature"], dataset)
        version = version_of(request, asked)
        if is_named(request, version):
            return unmodified(version, private=False, request=request)
        found = await self._asked(features.one(id_, dataset, crs), asked.served)
        if not found:
            raise NoSuchFeatureError(request.path_params["feature"][:60])
        *row, written = found[0]
        body = formatter.feature(features.texts([tuple(row)], crs)[0][1], feature_links(asked))
        return await _sent(request, replace(_answer(body, asked, asked.query), written=written), version)

    def _read(self, request: Request, operation: Operation) -> Asked | None:
        asked = read(request, self._live, operation)
        return asked if asked.format == "json" and "as-of" not in asked.params else None

    async def _page(self, query: ItemsQuery, served: Served) -> Page:
        dataset, published = served.dataset, served.published
        where = features.filters(query, dataset, published.bbox, None)
        asked = query.filter.asked if query.filter else None
        key = (dataset.id, published.batch, query.boxes, query.filters, query.span, asked)
        matched = self._counted.get(key)
        wanted = query.is_filtered and matched is None and counts(dataset, query)
        rows: list[features.Row] = []
        if not query.hits:
            # Where matching features must be gathered for their order anyhow, their number comes along.
            numbered = wanted and bool(query.boxes or query.filter) and not query.order
            found = await self._asked(features.page(query, dataset, where, numbered=numbered), served)
            if numbered and found:
                matched, found = self._remember(key, found[0][-1]), [row[:-1] for row in found]
            rows = features.texts(found, query.crs)
        page = Page.cut(rows, query, published.rows)
        if page.matched is not None or not counts(dataset, query):
            return page
        if matched is None:
            ((number,),) = await self._asked(features.count(dataset, where), served)
            matched = self._remember(key, number)
        return page.counted(matched)

    def _remember(self, key: tuple[object, ...], number: int) -> int:
        """Keep how many features meet a condition: it is true for the batch, so it is counted once."""
        self._counted[key] = number
        if len(self._counted) > REMEMBERED:
            self._counted.popitem(last=False)
        return number

    async def _asked(self, question: sql.Composable, served: Served) -> Rows:
        """Return the rows of a question. Raises TableChangedError when another batch is published than is known."""
        rows = await self._readers.rows(features.stamped(question, served.dataset))
        if not rows or rows[0][0] != served.published.batch:
            raise TableChangedError(served.id)
        return [row[1:] for row in rows if row[1] is not None]


def _answer(body: bytes, asked: Asked, query: ItemsQuery) -> Answer:
    return Answer(body, GEOJSON, headers={"Content-Language": asked.language, "Content-Crs": f"<{query.crs.uri}>"})


async def _sent(request: Request, answer: Answer, version: Version) -> Response:
    if len(answer.body) < LARGE or not wants_gzip(request):
        return respond(request, answer, version)
    return await anyio.to_thread.run_sync(respond, request, answer, version)
