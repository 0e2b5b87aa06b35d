"""What strangers can make the service do at most: memory of answers, time of filters, turns of pages."""

import asyncio
import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from service.admission import BusyError, Gate
from service.dashboards import conditions
from service.dashboards.counting import Counts
from service.dashboards.reading import KEPT, _Memory
from service.endpoints import Endpoints
from service.kept import KeptAnswers
from service.mistakes.pace import MOST, Pace
from service.state import Live

LIVE = cast("Live", SimpleNamespace(state=SimpleNamespace(version="1", public=SimpleNamespace(served={}))))


def scope_of(path: str, query: str = "", headers: list[tuple[bytes, bytes]] | None = None) -> Scope:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": headers or [],
    }


async def ask(app: Any, scope: Scope) -> int:
    """Return the status of the answer."""
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    await app(scope, receive, send)
    return int(said[0]["status"])


async def nothing(_: Scope, __: Receive, send: Send) -> None:
    """Answer as for a tile where there is nothing."""
    headers = [(b"etag", b'W/"1"'), (b"cache-control", b"public, no-cache")]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def test_empty_answers_do_not_fill_the_memory_however_many_addresses_are_asked() -> None:
    kept = KeptAnswers(nothing, LIVE, megabytes=1)

    async def flood() -> None:
        for number in range(300):
            language = b"x" * 8000
            await ask(kept, scope_of(f"/tiles/{number}", "", [(b"accept-language", language)]))

    asyncio.run(flood())
    assert 0 < len(kept._kept) < 1024 * 1024 / 8000  # noqa: SLF001 (what is kept is not seen from outside)
    assert 0 < kept._size <= 1024 * 1024  # noqa: SLF001


def test_counted_answers_are_kept_by_their_size() -> None:
    memory, large = _Memory(), Counts(items=((1, "", None, b""),) * 6000)
    for number in range(3 * KEPT // 6000):
        memory.keep((number,), large)
    memory.keep((0,), large)
    memory.keep((0,), large)
    assert memory.rows == sum(10 + len(each.items) for each in memory.kept.values())
    assert KEPT / 2 < memory.rows <= KEPT


@pytest.mark.parametrize("inside", [" " * 1900, " AND " * 380, "'' AND " * 270], ids=["spaces", "words", "quotes"])
def test_a_filter_is_taken_apart_in_a_moment_for_each_of_a_hundred_links(inside: str) -> None:
    condition = f"kind = 'a{inside}b'"
    began = time.process_time()
    for _ in range(100):
        assert conditions.terms(f"{condition} AND year = 1") == [condition, "year = 1"]
    assert time.process_time() - began < 5


def test_pages_that_take_long_leave_turns_for_other_rooms_and_for_what_is_light() -> None:
    held = threading.Event()

    def slow(_: Request, __: Live) -> Response:
        held.wait(60)
        return Response()

    def quick(_: Request, __: Live) -> Response:
        return Response()

    made = Endpoints(LIVE, *(Gate(slots=n, share=n // 2, queue=9, patience=60) for n in (2, 4)))
    paths = {"/{language}/dashboards/{board}": slow, "/{language}/map/list": slow, "/{language}/news": quick}
    paths |= {"/{language}/map": quick, "/{language}/": quick, "/ogc/collections/{collection}": quick}
    app = Starlette(routes=[route for path, work in paths.items() for route in made.routes(path, work)])

    async def attack() -> None:
        app.state.threads = anyio.CapacityLimiter(8)
        costly = ["/cs/dashboards/a", "/cs/dashboards/b", "/de/dashboards/c", "/en/dashboards/d", "/en/dashboards/e"]
        waiting = [asyncio.create_task(ask(app, scope_of(path))) for path in costly]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(30):
            assert await ask(app, scope_of("/cs/news")) == 200
        waiting += [asyncio.create_task(ask(app, scope_of("/cs/map/list"))) for _ in range(4)]
        listed = asyncio.create_task(ask(app, scope_of("/cs/map", "vi%65w=l%69st")))
        await asyncio.sleep(0.1)
        async with asyncio.timeout(30):
            for path in ("/cs/", "/cs/map", "/ogc/collections/a"):
                assert await ask(app, scope_of(path)) == 200
        assert not listed.done()
        held.set()
        assert set(await asyncio.gather(*waiting, listed)) == {200}

    asyncio.run(attack())


def test_whoever_gives_up_at_the_moment_of_being_let_in_leaves_the_place_to_others() -> None:
    async def enter(gate: Gate, leave: asyncio.Event) -> str:
        try:
            async with gate.entered("a"):
                await leave.wait()
        except BusyError:
            return "busy"
        return "was in"

    async def moment() -> None:
        gate, leave = Gate(slots=1, share=1, queue=1, patience=0.05), asyncio.Event()
        first, second = (asyncio.create_task(enter(gate, leave)) for _ in range(2))
        await asyncio.sleep(0)
        leave.set()
        time.sleep(0.1)  # noqa: ASYNC251 (the loop is held up: the place comes free when the patience is over)
        assert [await first, await second] == ["was in", "busy"]
        assert await enter(gate, leave) == "was in"

    asyncio.run(moment())


def test_a_whole_network_of_addresses_is_one_sender() -> None:
    pace = Pace()
    assert [pace.allows(f"2001:db8:1:2::{number:x}") for number in range(MOST + 1)] == [True] * MOST + [False]
    assert pace.allows("2001:db8:1:3::1")
    for own in ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.9", ""):
        assert pace.allows(own), own
    assert all(pace.allows(f"::ffff:192.0.2.{number}") for number in range(20, 20 + MOST + 1))
