"""What comes by POST: small forms and large uploads, read to their end before anybody works with them.

Apart because it listens: the event loop reads, with limits of size, time and pace, so that a slow sender holds no
thread, and not for long a place. What breaks off leaves nothing behind.
"""

import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from shutil import disk_usage
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import unquote

import anyio
import anyio.to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from desk.errors import NoRoom
from desk.folders import SPARE
from desk.model import Handed
from service.admission import BusyError, Gate
from service.desk.visit import from_here
from service.reception import failed
from service.refusal import RefusalError
from service.state import Live

FIELDS, FILES = 20, 50
FORM_BYTES, FORM_SECONDS = 64 * 1024, 20
UPLOAD_SECONDS = 1800
STALL_SECONDS = 30
"""Seconds of silence after which a sender is taken for gone."""
GRACE, PACE = 30.0, 8 * 1024
"""Seconds after which a sender must have sent so many bytes a second on average: the pace of the worst line."""
IN_MEMORY = 1024 * 1024
FORMS, UPLOADS = 16, 16
"""Forms and uploads that a worker process takes at once, each by itself: a full hall keeps nobody from signing in."""
PATIENCE = 10.0
"""Seconds that a sender waits for a place."""
SECRETS = frozenset({"password", "old", "new", "again"})
"""Fields of passwords, which no page gives back."""
_MEGABYTE = 1024**2
_LONGEST_NAME = 200
_LOOK_AT_DISK = 16 * _MEGABYTE


@dataclass(frozen=True)
class Sent:
    """A body that has come whole: its fields, and its files in their order."""

    fields: dict[str, str]
    files: tuple[Handed, ...] = ()


type Posted = Callable[[Request, Live, Sent], Response]
type Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class _Limits:
    """How many bytes may come, and in how many seconds."""

    octets: int
    seconds: int


class Forms:
    """Makes endpoints of POST. `megabytes` bounds an upload, of all files together; `at_once`, how many uploads."""

    def __init__(self, live: Live, megabytes: int, at_once: int = UPLOADS) -> None:
        self._live = live
        self._upload = _Limits(megabytes * _MEGABYTE, UPLOAD_SECONDS)
        # No single sender may take all places.
        self._forms = Gate(slots=FORMS, share=FORMS // 2, queue=4 * FORMS, patience=PATIENCE)
        self._uploads = Gate(slots=at_once, share=max(1, at_once // 2), queue=4 * at_once, patience=PATIENCE)

    def form(self, work: Posted) -> Endpoint:
        """Return an endpoint for a form without files, which no other site may send."""
        return self._endpoint(work, self._forms, _Limits(FORM_BYTES, FORM_SECONDS), strictly=True)

    def upload(self, work: Posted) -> Endpoint:
        """Return an endpoint for a form with files, or for one file as the whole body."""
        return self._endpoint(work, self._uploads, self._upload, strictly=False)

    def _endpoint(self, work: Posted, gate: Gate, limits: _Limits, *, strictly: bool) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                from_here(request, strictly=strictly)
                sender = request.client.host if request.client else ""
                async with gate.entered(sender), _sent(request, limits) as sent:
                    return await anyio.to_thread.run_sync(
                        work, request, self._live, sent, limiter=request.app.state.threads
                    )
            except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
                if isinstance(error, BusyError):
                    await _read_what_was_typed(request)
                return await anyio.to_thread.run_sync(failed, request, self._live, error)

        return endpoint


async def _read_what_was_typed(request: Request) -> None:
    """Read a small form that gets no place: the refusal gives back what was typed. It is in memory anyhow."""
    with suppress(RefusalError, NoRoom):
        async with _sent(request, _Limits(FORM_BYTES, FORM_SECONDS)):
            pass


@asynccontextmanager
async def _sent(request: Request, limits: _Limits) -> AsyncIterator[Sent]:
    """Lend what the request sends; its files are gone afterwards. Raises RefusalError, NoRoom.

    What was typed, and is no secret, stays in `request.state.typed` for the page of a failure.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    form = None
    try:
        if kind == "application/x-www-form-urlencoded":  # parsed in memory
            limits = _Limits(min(limits.octets, FORM_BYTES), FORM_SECONDS)
        body = _counted(request, limits)
        with anyio.fail_after(limits.seconds):
            if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
                form = await _form(request, kind, body)
                sent = _of(form)
            else:
                sent = await _whole(request, body)
    except TimeoutError:
        raise RefusalError(HTTPStatus.REQUEST_TIMEOUT, "body-slow", n=limits.seconds) from None
    except (ClientDisconnect, MultiPartException) as error:
        raise RefusalError(HTTPStatus.BAD_REQUEST, "upload-broken") from error
    if not sent.files and SECRETS.isdisjoint(sent.fields):
        request.state.typed = sent.fields
    try:
        yield sent
    finally:
        for file in sent.files:
            cast("BinaryIO", file.content).close()
        if form is not None:
            await form.close()


async def _counted(request: Request, limits: _Limits) -> AsyncGenerator[bytes]:
    """Yield the body; stop listening where it is more than allowed, too slow, or more than the disk has room for."""
    most = limits.octets
    too_large = RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "upload-large", megabytes=max(1, most // _MEGABYTE))
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise too_large
    size, looked, began = 0, 0, time.monotonic()
    stream = aiter(request.stream())
    while (piece := await _next(stream)) is not None:
        size += len(piece)
        if size > most:
            raise too_large
        if size < PACE * (time.monotonic() - began - GRACE):
            raise RefusalError(HTTPStatus.REQUEST_TIMEOUT, "upload-broken")
        if size - looked >= _LOOK_AT_DISK:
            _demand_room()
            looked = size
        yield piece


async def _next(stream: AsyncIterator[bytes]) -> bytes | None:
    """Return the next piece, None at the end. Raises RefusalError when nothing comes for long."""
    try:
        with anyio.fail_after(STALL_SECONDS):
            return await anext(stream, None)
    except TimeoutError:
        raise RefusalError(HTTPStatus.REQUEST_TIMEOUT, "upload-broken") from None


def _demand_room() -> None:
    """Raise NoRoom when uploads have nearly filled the disk on which they are collected."""
    if disk_usage(tempfile.gettempdir()).free < SPARE:
        raise NoRoom("no-room")


async def _form(request: Request, kind: str, body: AsyncGenerator[bytes]) -> FormData:
    if kind == "multipart/form-data":
        parser = MultiPartParser(
            request.headers,
            body,
            max_files=FILES,
            max_fields=FIELDS,
            max_part_size=FORM_BYTES,
        )
        return await parser.parse()
    return await FormParser(request.headers, body).parse()


def _of(form: FormData) -> Sent:
    fields = {name: clean(value) for name, value in form.multi_items() if isinstance(value, str)}
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    return Sent(fields, tuple(Handed(_name(each.filename or ""), each.file) for each in files))


async def _whole(request: Request, body: AsyncIterator[bytes]) -> Sent:
    """Return the body as one file; `name` in the query, or the type of the content, says what it is called."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed when the work is done)
    async for piece in body:
        file.write(piece)
    size = file.tell()
    file.seek(0)
    fields = {name: clean(value) for name, value in request.query_params.items() if name == "municipality"}
    if not size:
        return Sent(fields)
    kind = request.headers.get("content-type", "")
    name = request.query_params.get("name") or ("plan.gml" if "xml" in kind else "plan.zip")
    return Sent(fields, (Handed(_name(name), cast("BinaryIO", file)),))


def clean(text: str) -> str:
    """Return a text as the database takes it: without NUL and without halves of characters."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _name(given: str) -> str:
    """Return the last part of a name as the sender wrote it: it is shown, never used as a path."""
    last = unquote(clean(given)).replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:_LONGEST_NAME] or "plan"
