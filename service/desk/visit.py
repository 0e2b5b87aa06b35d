"""A visit of the desk: who asks, in which language, for a page or for JSON.

Apart because every route begins with it. A browser is known by the cookie of its session, a program by its token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from urllib.parse import urlsplit

from starlette.requests import Request

from catalogue import Catalogue
from desk.desk import Desk
from desk.errors import SignInRefused
from desk.model import Account
from desk.register import register_of
from service.negotiate import format_of
from service.problems import NotReadyError
from service.reception import language, parameters
from service.refusal import RefusalError
from service.state import Live, State
from settings import Settings

COOKIE = "krajina-desk"
_SAME_SITE = frozenset({"same-origin", "none"})


class Desks:
    """The desk of this worker process; made anew when the catalogue names another register of municipalities."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._desk: Desk | None = None
        self._lock = Lock()

    def of(self, catalogue: Catalogue) -> Desk:
        """Return the desk that goes by the catalogue's register."""
        with self._lock:
            if self._desk is None or self._desk.register != register_of(catalogue):
                self.close()
                self._desk = Desk(self._settings, catalogue)
            return self._desk

    def close(self) -> None:
        """Close the connections that are not in use."""
        if self._desk is not None:
            self._desk.close()


@dataclass(frozen=True)
class Visit:
    """One request at the desk. `account` is None for the public; `secret` is that of the session, if there is one."""

    state: State
    desk: Desk
    params: Mapping[str, str]
    language: str
    format: str
    account: Account | None
    secret: str | None
    address: str
    """Path and query, as they were asked."""

    @property
    def root(self) -> str:
        """How others reach the desk."""
        return f"{self.desk.settings.public_url}/desk"

    @property
    def wants_json(self) -> bool:
        """Whether a program asks."""
        return self.format == "json"

    def signed_in(self) -> Account:
        """Return the account. Raises RefusalError (401) for the public."""
        if self.account is None:
            raise RefusalError(HTTPStatus.UNAUTHORIZED, "no-account", headers={"WWW-Authenticate": "Bearer"})
        return self.account


def visit(request: Request, live: Live) -> Visit:
    """Return the visit.

    Raises NotReadyError, BadParameterError, NotAcceptableError; SignInRefused for a token that is not valid. A session
    that has ended is no error: the visitor is the public again.
    """
    state = live.state
    if state is None:
        raise NotReadyError
    desk: Desk = request.app.state.desks.of(state.catalogue)
    params = parameters(request)
    account, secret = _account(request, desk)
    return Visit(
        state=state,
        desk=desk,
        params=params,
        language=language(request, state, params),
        format=format_of(params, request.headers.get("accept", ""), ("html", "json")),
        account=account,
        secret=secret,
        address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    )


def from_here(request: Request, *, strictly: bool) -> None:
    """Raise RefusalError (403) when another site makes the browser send a form.

    Browsers say where a form comes from; a program sends neither that nor a cookie and is not asked. What only programs
    and the public send (an upload without a cookie) may come from any site; `strictly`, nothing may: signing somebody
    in as somebody else is an attack too.
    """
    if not strictly and COOKIE not in request.cookies:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = {request.headers.get("host", ""), urlsplit(request.app.state.live.settings.public_url).netloc}
    foreign_origin = origin is not None and urlsplit(origin).netloc not in own
    if (site is not None and site not in _SAME_SITE) or (site is None and foreign_origin):
        raise RefusalError(HTTPStatus.FORBIDDEN, "foreign-form")


def _account(request: Request, desk: Desk) -> tuple[Account | None, str | None]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if token:
        if scheme.lower() != "bearer":
            raise RefusalError(HTTPStatus.UNAUTHORIZED, "token", headers={"WWW-Authenticate": "Bearer"})
        return desk.tokens.holder(token.strip()), None
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None, None
    try:
        return desk.accounts.session(secret), secret
    except SignInRefused:
        return None, None
