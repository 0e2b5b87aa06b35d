"""The ASGI application: which address is answered by what, and what every answer carries.

`create` makes it of settings; a worker process of uvicorn calls `create_from_environment`.
"""

import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import anyio.to_thread
import pyproj
from pygeoapi.api import conformance, describe_collections, get_collection_schema, landing_page
from pygeoapi.api.itemtypes import get_collection_item, get_collection_items, get_collection_queryables
from pygeoapi.api.maps import get_collection_map
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service import answers, engine
from service.database import Database
from service.execute import Operation, perform
from service.headers import SecurityHeaders
from service.news import News
from service.parameters import feature_query, items_query, map_query
from service.state import Live
from service.website import Website
from settings import ROOT, Settings

THREADS = 16
"""Requests that are worked on at once in a worker process; the others wait their turn."""
CONNECTIONS = 8
EXPOSED = ("Content-Crs", "Content-Language", "ETag", "Last-Modified", "Link", "Retry-After")

type Work = Callable[[Request, Live], Response]

OPERATIONS = {
    "/ogc/conformance": Operation("conformance", conformance),
    "/ogc/collections": Operation("collections", describe_collections),
    "/ogc/collections/{collection}": Operation("collection", describe_collections),
    "/ogc/collections/{collection}/schema": Operation("schema", get_collection_schema, needs="table"),
    "/ogc/collections/{collection}/queryables": Operation("queryables", get_collection_queryables, needs="table"),
    "/ogc/collections/{collection}/items": Operation("items", get_collection_items, read=items_query, needs="table"),
    "/ogc/collections/{collection}/items/{feature:path}": Operation(
        "item", get_collection_item, read=feature_query, needs="table"
    ),
    "/ogc/collections/{collection}/map": Operation(
        "map", get_collection_map, formats=("png",), read=map_query, needs="raster"
    ),
}
LANDING = Operation("landing", landing_page)


def create(settings: Settings) -> Starlette:
    """Return the application. The database need not be there yet; until it is, answers are 503.

    Raises ValueError when the settings name no database.
    """
    if settings.database_url is None:
        raise ValueError("the service needs a database: KRAJINA_DATABASE_URL is not set")
    engine.install()
    pyproj.datadir.append_data_dir(str(settings.data / "grids"))
    live = Live(settings, Database(settings.database_url, size=CONNECTIONS))
    website = Website(ROOT / "web" / "dist")
    app = Starlette(
        routes=_routes(live, website),
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=EXPOSED,
            ),
        ],
        exception_handlers={
            404: _handler(live, answers.no_page),
            405: _handler(live, answers.no_method),
            500: _handler(live, answers.fault),
        },
        lifespan=functools.partial(_lifespan, live),
    )
    app.state.live = live
    return app


def create_from_environment() -> Starlette:
    """Return the application of the environment's settings: what uvicorn's workers call. Warnings go to stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(name)s: %(message)s", force=True)
    return create(Settings.from_environment())


@asynccontextmanager
async def _lifespan(live: Live, app: Starlette) -> AsyncIterator[None]:
    """Keep the state current while the application runs."""
    app.state.threads = anyio.CapacityLimiter(THREADS)
    news = News(live)
    await anyio.to_thread.run_sync(news.start)
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(news.stop)
        live.database.close()


def _routes(live: Live, website: Website) -> list[Route]:
    plain: dict[str, Work] = {
        "/map/portal": answers.portal,
        "/search": answers.search,
        "/health/live": answers.alive,
        "/health/ready": answers.ready,
        "/ogc/openapi": answers.openapi,
        "/pages/{name}": answers.style,
        "/": functools.partial(answers.home, website=website),
        "/{language:str}/": functools.partial(answers.app_page, website=website),
        "/{name:path}": functools.partial(answers.app_file, website=website),
    }
    api: dict[str, Work] = {
        path: functools.partial(perform, operation=operation)
        for path, operation in {"/ogc": LANDING, "/ogc/": LANDING, **OPERATIONS}.items()
    }
    ordered = {**api, **plain}
    return [Route(path, _endpoint(live, work), methods=["GET", "HEAD"]) for path, work in ordered.items()]


def _endpoint(live: Live, work: Work) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that does the work in one of the application's threads."""

    async def endpoint(request: Request) -> Response:
        return await anyio.to_thread.run_sync(work, request, live, limiter=request.app.state.threads)

    return endpoint


def _handler(live: Live, work: Callable[[Request, Live, Exception], Response]) -> Callable[..., Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return await anyio.to_thread.run_sync(work, request, live, error)

    return handle
