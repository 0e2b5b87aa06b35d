"""What comes by POST: small forms and large uploads, read to their end before anybody works with them.

Apart because it listens: the event loop reads, with limits of size and time, so that a slow sender holds no thread.
What breaks off leaves nothing behind.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import unquote

import anyio
import anyio.to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from desk.model import Handed
from service.desk.visit import from_here
from service.reception import failed
from service.refusal import RefusalError
from service.state import Live

FIELDS, FILES = 20, 50
FORM_BYTES, FORM_SECONDS = 64 * 1024, 20
UPLOAD_SECONDS = 1800
IN_MEMORY = 1024 * 1024
UPLOADS = 8
"""Uploads that a worker takes at once."""
_MEGABYTE = 1024**2
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Sent:
    """A body that has come whole: its fields, and its files in their order."""

    fields: dict[str, str]
    files: tuple[Handed, ...] = ()


type Posted = Callable[[Request, Live, Sent], Response]


class Forms:
    """Makes endpoints of POST. `megabytes` bounds an upload, of all files together."""

    def __init__(self, live: Live, megabytes: int) -> None:
        self._live = live
        self._megabytes = megabytes
        self._uploads = anyio.Semaphore(UPLOADS)

    def form(self, work: Posted) -> Callable:  # type: ignore[type-arg]
        """Return an endpoint for a form without files."""
        return self._endpoint(work, FORM_BYTES, FORM_SECONDS)

    def upload(self, work: Posted) -> Callable:  # type: ignore[type-arg]
        """Return an endpoint for a form with files, or for one file as the whole body."""
        return self._endpoint(work, self._megabytes * _MEGABYTE, UPLOAD_SECONDS)

    def _endpoint(self, work: Posted, most: int, seconds: int) -> Callable:  # type: ignore[type-arg]
        async def endpoint(request: Request) -> Response:
            try:
                from_here(request)
                async with self._uploads, _sent(request, most, seconds) as sent:
                    return await anyio.to_thread.run_sync(
                        work, request, self._live, sent, limiter=request.app.state.threads
                    )
            except Exception as error:  # noqa: BLE001 (every failure becomes a problem)
                return await anyio.to_thread.run_sync(failed, request, self._live, error)

        return endpoint


@asynccontextmanager
async def _sent(request: Request, most: int, seconds: int) -> AsyncIterator[Sent]:
    """Lend what the request sends; its files are gone afterwards. Raises RefusalError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        with anyio.fail_after(seconds):
            if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
                form = await _form(request, kind, _counted(request, most))
                sent = _of(form)
            else:
                form = None
                sent = await _whole(request, _counted(request, most))
    except TimeoutError:
        raise RefusalError(HTTPStatus.REQUEST_TIMEOUT, "body-slow", n=seconds) from None
    except (ClientDisconnect, MultiPartException) as error:
        raise RefusalError(HTTPStatus.BAD_REQUEST, "upload-broken") from error
    try:
        yield sent
    finally:
        for file in sent.files:
            cast("BinaryIO", file.content).close()
        if form is not None:
            await form.close()


async def _counted(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield the body, and stop listening where it is more than allowed."""
    too_large = RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "upload-large", megabytes=max(1, most // _MEGABYTE))
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise too_large
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise too_large
        yield piece


async def _form(request: Request, kind: str, body: AsyncIterator[bytes]) -> FormData:
    if kind == "multipart/form-data":
        parser = MultiPartParser(
            request.headers,
            body,  # type: ignore[arg-type]
            max_files=FILES,
            max_fields=FIELDS,
            max_part_size=FORM_BYTES,
        )
        return await parser.parse()
    return await FormParser(request.headers, body).parse()  # type: ignore[arg-type]


def _of(form: FormData) -> Sent:
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    return Sent(fields, tuple(Handed(_name(each.filename or ""), each.file) for each in files))


async def _whole(request: Request, body: AsyncIterator[bytes]) -> Sent:
    """Return the body as one file; `name` in the query, or the type of the content, says what it is called."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed when the work is done)
    async for piece in body:
        file.write(piece)
    size = file.tell()
    file.seek(0)
    fields = {name: value for name, value in request.query_params.items() if name in {"municipality", "standard"}}
    if not size:
        return Sent(fields)
    kind = request.headers.get("content-type", "")
    name = request.query_params.get("name") or ("plan.gml" if "xml" in kind else "plan.zip")
    return Sent(fields, (Handed(_name(name), cast("BinaryIO", file)),))


def _name(given: str) -> str:
    """Return the last part of a name as the sender wrote it: it is shown, never used as a path."""
    last = unquote(given).replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:_LONGEST_NAME] or "plan"
