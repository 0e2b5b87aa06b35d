"""Accounts on the web: signing in and out, taking up an invitation, the way by a provider of identities."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from desk.errors import DeskError, Expired, NotFound
from desk.keys import SHORTEST
from desk.model import SignedIn
from service.desk.forms import Sent
from service.desk.view import document, onward, page, said
from service.desk.visit import COOKIE, Visit, visit
from service.refusal import RefusalError
from service.state import Live

_OPENID = "krajina-openid"
_OPENID_SECONDS = 600


def sign_in_page(request: Request, live: Live) -> Response:
    """Answer `/desk/sign-in`."""
    return _sign_in(request, visit(request, live))


def sign_in(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/sign-in`."""
    asked = visit(request, live)
    email = sent.fields.get("email", "")
    try:
        made = asked.desk.accounts.sign_in(email, sent.fields.get("password", ""))
    except DeskError as refused:
        if asked.wants_json:
            raise
        return _sign_in(request, asked, refused, email, sent.fields.get("next", ""))
    return with_session(onward(_next(sent.fields.get("next", ""), asked)), made, live)


def sign_out(request: Request, live: Live, _: Sent) -> Response:
    """Answer POST `/desk/sign-out`."""
    asked = visit(request, live)
    if asked.secret:
        asked.desk.accounts.sign_out(asked.secret)
    response = onward(f"/desk?lang={asked.language}")
    response.delete_cookie(COOKIE, path="/desk")
    return response


def invitation_page(request: Request, live: Live) -> Response:
    """Answer `/desk/invitation/{secret}`."""
    return _invitation(request, visit(request, live))


def accept_invitation(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/invitation/{secret}`: the account is made and signed in."""
    asked = visit(request, live)
    password = sent.fields.get("password", "")
    if password != sent.fields.get("again", ""):
        return _invitation(request, asked, said(asked, "invitation.differ"))
    try:
        made = asked.desk.accounts.accept_invitation(request.path_params["secret"], password)
    except DeskError as refused:
        return _invitation(request, asked, refused.text(asked.language))
    return with_session(onward(f"/desk/submissions?lang={asked.language}"), made, live)


def openid(request: Request, live: Live) -> Response:
    """Answer `/desk/openid/begin`: send the browser to the provider."""
    asked = visit(request, live)
    if asked.desk.openid is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, "no-page")
    address, kept = asked.desk.openid.begin(f"/desk/submissions?lang={asked.language}")
    response = onward(address)
    response.set_cookie(
        _OPENID, kept, max_age=_OPENID_SECONDS, path="/desk/openid", httponly=True, samesite="lax", secure=_secure(live)
    )
    return response


def openid_back(request: Request, live: Live) -> Response:
    """Answer `/desk/openid`: the provider has sent the browser back."""
    asked = visit(request, live)
    if asked.desk.openid is None:
        raise RefusalError(HTTPStatus.NOT_FOUND, "no-page")
    back = f"{asked.root}/openid?{request.url.query}"
    try:
        made, afterwards = asked.desk.openid.finish(back, request.cookies.get(_OPENID, ""))
    except DeskError as refused:
        return _sign_in(request, asked, refused)
    response = with_session(onward(afterwards), made, live)
    response.delete_cookie(_OPENID, path="/desk/openid")
    return response


def _sign_in(
    request: Request, asked: Visit, refused: DeskError | None = None, email: str = "", wanted: str = ""
) -> Response:
    if asked.wants_json:
        return document(request, asked, {"openid": asked.desk.openid is not None})
    return page(
        request,
        asked,
        "sign-in",
        said(asked, "sign-in.title"),
        status=refused.status if refused else HTTPStatus.OK,
        said=refused.text(asked.language) if refused else None,
        next=wanted or asked.params.get("next", ""),
        email=email,
        oidc=asked.desk.openid is not None,
    )


def _invitation(request: Request, asked: Visit, wrong: str | None = None) -> Response:
    try:
        invited = asked.desk.accounts.invited(request.path_params["secret"])
    except (Expired, NotFound) as refused:
        return page(
            request, asked, "invitation", said(asked, "invitation.title"), status=refused.status, invitation=None
        )
    found = asked.desk.municipality(invited.municipality) if invited.municipality else None
    office = found.name if found else invited.municipality or said(asked, "invitation.region")
    return page(
        request,
        asked,
        "invitation",
        said(asked, "invitation.title"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        said=wrong,
        invitation={"office": office, "email": invited.email},
        least=SHORTEST,
    )


def with_session(response: Response, made: SignedIn, live: Live) -> Response:
    """Return the response with the cookie of a new session: for the desk only, not for scripts or other sites."""
    response.set_cookie(
        COOKIE, made.secret, expires=made.expires, path="/desk", httponly=True, samesite="lax", secure=_secure(live)
    )
    return response


def _secure(live: Live) -> bool:
    return live.settings.public_url.startswith("https:")


def _next(wanted: str, asked: Visit) -> str:
    """Return where to go after signing in: a page of the desk, nothing else."""
    inside = wanted.startswith("/desk/") and wanted.isprintable() and "\\" not in wanted
    return wanted if inside else f"/desk/submissions?lang={asked.language}"
