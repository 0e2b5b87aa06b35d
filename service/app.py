"""The ASGI application: which address is answered by what, and what every answer carries.

`create` makes it of settings. Worker processes call `commands.application.create`, which gives it an editor.
"""

import ctypes
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import anyio.to_thread
import pyproj
from pygeoapi.api import conformance, describe_collections, get_collection_schema, landing_page
from pygeoapi.api.itemtypes import get_collection_queryables
from pygeoapi.api.maps import get_collection_map
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service import answers, engine
from service.admission import Gate
from service.block import Methods, Work
from service.blocks import BLOCKS
from service.dashboards.ahead import Ahead
from service.database import Database
from service.desk.routes import routes as desk_routes
from service.desk.visit import Desks
from service.direct import Direct
from service.endpoints import Endpoints
from service.execute import ITEM, ITEMS, Operation, perform
from service.headers import Envelope
from service.kept import KeptAnswers
from service.mistakes.postman import Postman
from service.news import News
from service.parameters import columns_query, map_query
from service.place.work import here
from service.place.work import page as here_page
from service.portal.home import page as home_page
from service.portal.visit import portal_page
from service.posted import question_or
from service.readers import Readers
from service.reception import guarded
from service.shortroad import ShortRoad
from service.state import Live
from service.transactions import work as transactions
from service.transactions.editor import Editor
from service.usage.counter import Counting, UsageCounter
from service.website import Website, built
from settings import Settings

THREADS, CONNECTIONS, READERS = 20, 10, 6
"""Threads of a worker, its connections for work in threads, and those of the event loop."""
PAGES = 4
"""Pages of the portal that a worker makes at once, half of them of one room; see `service.endpoints`."""
KEPT_BYTES = 32 * 1024 * 1024
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3)."""
PATIENCE = 3.0
"""Seconds that a request waits for its turn."""

OPERATIONS = {
    "/ogc/conformance": Operation("conformance", conformance),
    "/ogc/collections": Operation("collections", describe_collections),
    "/ogc/collections/{collection}": Operation("collection", describe_collections),
    "/ogc/collections/{collection}/schema": Operation("schema", get_collection_schema, needs="table"),
    "/ogc/collections/{collection}/queryables": Operation(
        "queryables", get_collection_queryables, read=columns_query, needs="table"
    ),
    "/ogc/collections/{collection}/items": ITEMS,
    "/ogc/collections/{collection}/items/{feature:path}": ITEM,
    "/ogc/collections/{collection}/map": Operation(
        "map", get_collection_map, formats=("png",), read=map_query, needs="raster"
    ),
}
LANDING = Operation("landing", landing_page)


def create(settings: Settings, editor: Editor | None = None) -> Starlette:
    """Return the application. The database need not be there yet; until it is, answers are 503.

    Edits are made by the editor; without one nothing can be edited.

    Raises ValueError when the settings name no database.
    """
    if settings.database_url is None:
        raise ValueError("the service needs a database: KRAJINA_DATABASE_URL is not set")
    engine.install()
    pyproj.datadir.append_data_dir(str(settings.data / "grids"))
    live = Live(settings, Database(settings.database_url, size=CONNECTIONS))
    direct = Direct(live, Readers(settings.database_url, size=READERS))
    short = Gate(slots=READERS, share=READERS - 2, queue=64, patience=PATIENCE)
    website, counter = built(), UsageCounter(live, settings.database_url)
    app = Starlette(
        routes=_routes(live, website),
        middleware=[
            Middleware(Envelope, live=live),
            Middleware(Counting, counter=counter),
            Middleware(KeptAnswers, live=live, megabytes=settings.answer_cache),
            Middleware(ShortRoad, live=live, direct=direct, gate=short),
        ],
        exception_handlers={
            404: _handler(live, answers.no_page),
            405: _handler(live, answers.no_method),
            500: _handler(live, answers.fault),
        },
        lifespan=functools.partial(_lifespan, live, counter),
    )
    app.state.live, app.state.editor, app.state.desks = live, editor, Desks(settings)
    return app


def create_from_environment(editor: Editor | None = None) -> Starlette:
    """Return the application of the environment's settings, with the editor. Warnings go to stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(name)s: %(message)s", force=True)
    _keep_memory()
    return create(Settings.from_environment(), editor)


def _keep_memory() -> None:
    """Have the C library keep large pieces of memory for the next answer, where it can be told so (glibc).

    Pages of a megabyte are else asked of the kernel and given back with each answer; measured, a sixth of its cost.
    """
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is not None:
        tell(_M_MMAP_THRESHOLD, KEPT_BYTES)
        tell(_M_TRIM_THRESHOLD, KEPT_BYTES)


@asynccontextmanager
async def _lifespan(live: Live, counter: UsageCounter, app: Starlette) -> AsyncIterator[None]:
    """Keep the state current while the application runs."""
    app.state.threads = anyio.CapacityLimiter(THREADS)
    news = News(live)
    await anyio.to_thread.run_sync(news.start)
    counter.start()
    postman = Postman(live, app.state.desks)
    postman.start()
    ahead = Ahead(live)
    ahead.start()
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(ahead.stop)
        await anyio.to_thread.run_sync(postman.stop)
        await anyio.to_thread.run_sync(news.stop)
        await anyio.to_thread.run_sync(counter.stop)
        app.state.desks.close()
        live.database.close()


def _routes(live: Live, website: Website) -> list[Route]:
    light: dict[str, Work] = {
        "/map/portal": answers.portal,
        "/search": answers.search,
        "/here": guarded(here),
        "/{language}/here": portal_page(here_page),
        "/health/live": answers.alive,
        "/health/ready": answers.ready,
        "/ogc/openapi": answers.openapi,
        "/pages/{name}": answers.style,
        "/": functools.partial(answers.home, website=website),
        "/{language}/": portal_page(home_page),
        "/{language}/map": functools.partial(answers.app_page, website=website),
        "/{name:path}": functools.partial(answers.app_file, website=website),
    }
    # Four threads are kept for what is light, and connections for what is light and asks.
    gate = Gate(slots=THREADS - 4 - PAGES, share=CONNECTIONS - 5, queue=32, patience=PATIENCE)
    pages = Gate(slots=PAGES, share=PAGES // 2, queue=64, patience=PATIENCE)
    long = Endpoints(live, gate, pages)
    offered = [route for block in BLOCKS for path, work in block.routes.items() for route in long.routes(path, work)]
    operations = {"/ogc": LANDING, "/ogc/": LANDING, **OPERATIONS}
    api = [route for path, operation in operations.items() for route in long.routes(path, perform(operation))]
    # A feature's address ends in any path, so what other blocks have below a collection comes before.
    rest: dict[str, Work | Methods] = {**light, "/{path:path}": {"OPTIONS": answers.options}}
    posted = long.routes("/ogc/collections/{collection}/items", {"POST": guarded(question_or(transactions.create))})
    own = [route for path, work in rest.items() for route in long.routes(path, work)]
    return [*desk_routes(live, long), *posted, *offered, *api, *own]


def _handler(live: Live, work: Callable[[Request, Live, Exception], Response]) -> Callable[..., Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return await anyio.to_thread.run_sync(work, request, live, error)

    return handle
