"""An officer's own account: tokens for programs, and another password.

Apart because only a person who has signed in gets here: a token can neither make others nor change the password.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from desk.errors import DeskError
from desk.keys import SHORTEST
from desk.model import Account, Role
from desk.tokens import MOST_DAYS
from service.desk.accounts import with_session
from service.desk.forms import Sent
from service.desk.view import onward, page, said, sign_in_first
from service.desk.visit import Visit, visit
from service.refusal import RefusalError
from service.state import Live

USUAL_DAYS = 365
_ADDRESS = "/desk/account"


def shown(request: Request, live: Live) -> Response:
    """Answer `/desk/account`."""
    asked = visit(request, live)
    account = _person(asked)
    return sign_in_first(asked, _ADDRESS) if account is None else _page(request, asked, account)


def change(request: Request, live: Live, sent: Sent) -> Response:
    """Answer POST `/desk/account`: a token is made or revoked, or the password changed.

    The secret of a token is on the page that answers, and never again.
    """
    asked = visit(request, live)
    account = _person(asked)
    if account is None:
        return sign_in_first(asked, _ADDRESS)
    action = sent.fields.get("action")
    try:
        if action == "make":
            return _page(request, asked, account, secret=_made(asked, account, sent))
        if action == "revoke":
            asked.desk.tokens.revoke(account, _number(sent.fields.get("token", "")))
            return onward(f"{_ADDRESS}?lang={asked.language}")
        if action == "password":
            return _password(request, asked, account, live, sent)
    except DeskError as refused:
        return _page(request, asked, account, wrong=refused.text(asked.language), status=refused.status)
    raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "no-action", choices="make, revoke, password")


def _person(asked: Visit) -> Account | None:
    return asked.account if asked.secret else None


def _made(asked: Visit, account: Account, sent: Sent) -> str:
    municipality = sent.fields.get("municipality") or None
    days = _number(sent.fields.get("days", ""))
    return asked.desk.tokens.make(account, sent.fields.get("label", ""), days, municipality=municipality)


def _password(request: Request, asked: Visit, account: Account, live: Live, sent: Sent) -> Response:
    new = sent.fields.get("new", "")
    if new != sent.fields.get("again", ""):
        wrong = said(asked, "invitation.differ")
        return _page(request, asked, account, wrong=wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    made = asked.desk.accounts.change_password(account, sent.fields.get("old", ""), new)
    return with_session(_page(request, asked, account, done=said(asked, "account.changed")), made, live)


def _page(
    request: Request,
    asked: Visit,
    account: Account,
    *,
    secret: str | None = None,
    wrong: str | None = None,
    done: str | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    found = asked.desk.municipality(account.municipality) if account.municipality else None
    is_region = account.role is Role.REGION
    return page(
        request,
        asked,
        "account",
        said(asked, "account.title"),
        status=status,
        said=wrong,
        done=done,
        secret=secret,
        office=found.name if found else account.municipality or said(asked, "invitation.region"),
        tokens=asked.desk.tokens.of(account),
        municipalities=asked.desk.municipality_names() if is_region else [],
        days=USUAL_DAYS,
        most_days=MOST_DAYS,
        least=SHORTEST,
    )


def _number(text: str) -> int:
    """Return the number; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 (a database int)
