"""The demo's region and its desk: files are made, officers get accounts, and plans go the whole way to the map.

Apart from serving because only the demo does it, and it plays people: an officer of each municipality hands in its
plan, the region's officer returns what is not right and publishes what is.
"""

import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from catalogue import Catalogue
from commands.language import text
from commands.terminal import say
from desk.desk import Desk
from desk.errors import DeskError
from desk.model import Account, Handed, Role
from desk.states import State
from plans.sandbox import BUBBLEWRAP, LIMITS, works
from settings import Settings

LOG = logging.getLogger(__name__)
OFFICERS = "demo-officers.txt"
"""File below KRAJINA_DATA with the names and the password of the demo's officers; for its owner's eyes."""
REGION = "region@demo.example"
LOOK_SECONDS = 1.0
_LANGUAGES = {"CZ": "cs", "PL": "pl", "DE": "de"}


def make_region(folder: Path) -> None:
    """Generate the demo's files once; a generator that has changed generates again."""
    import demo as region

    stamp = folder / "made-by"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == region.VERSION:
        return
    say(text("region-is-made"))
    began = time.monotonic()
    made = region.generate(folder)
    stamp.write_text(region.VERSION, encoding="utf-8")
    say(text("region-made", n=sum(made.values()), seconds=round(time.monotonic() - began, 1)))


def play_usage(settings: Settings) -> None:
    """Make up two months of requests that end yesterday, where nothing has been counted yet."""
    import demo as region
    from etl.sources.usage import add_usage, is_empty
    from etl.store import connected

    with connected(settings.database_url or "") as connection:
        if is_empty(connection):
            add_usage(connection, region.usage(date.today() - timedelta(days=1), region.SEED))  # noqa: DTZ011 (here)


def walled(settings: Settings) -> Settings:
    """Return the settings with a wall round checks that can be built here.

    The demo's plans are our own, so it may go on with less where namespaces are forbidden; `serve` does not.
    """
    if settings.desk.sandbox == BUBBLEWRAP and not works():
        say(text("demo-limits"))
        return replace(settings, desk=replace(settings.desk, sandbox=LIMITS))
    return settings


def play_desk(settings: Settings, catalogue: Catalogue, folder: Path, most: int | None = None) -> None:
    """Hand in the region's plans, and decide on them as soon as the desk's worker has checked them.

    Accounts are made at once; the rest is a thread's. Only the first `most` municipalities hand in a plan, all of them
    when it is None. Nothing is done where anybody has an account already.
    """
    import demo as region

    desk = Desk(settings, catalogue)
    if desk.accounts.officers() or desk.register is None:
        desk.close()
        return
    password = secrets.token_urlsafe(9)
    office = _officer(desk, REGION, Role.REGION, None, catalogue.portal.default_language, password)
    officers = {
        each.code: _officer(
            desk, f"{each.code}@demo.example", Role.MUNICIPALITY, each.code, _LANGUAGES[each.state.upper()], password
        )
        for each in desk.municipalities()
    }
    place = settings.data / OFFICERS
    _write_down(place, [office, *officers.values()], password)
    say(text("desk-of-demo", email=REGION, file=place))
    plans, first = region.plans_in(folder)
    chosen = {code: plans[code] for code in list(plans)[:most] if code in officers}
    if not chosen:
        desk.close()
        return
    say(text("desk-plays", n=len(chosen)))
    threading.Thread(target=_played, args=(desk, office, officers, chosen, first), daemon=True).start()


def _officer(desk: Desk, email: str, role: Role, municipality: str | None, language: str, password: str) -> Account:
    invitation = desk.accounts.invite(email, email.partition("@")[0], role, municipality, language=language)
    return desk.accounts.accept_invitation(invitation, password).account


def _write_down(place: Path, accounts: list[Account], password: str) -> None:
    lines = [password, *(account.email for account in accounts)]
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 (with rights)
        file.write("\n".join(lines) + "\n")


def _played(
    desk: Desk,
    office: Account,
    officers: Mapping[str, Account],
    plans: Mapping[str, Path],
    first: Mapping[str, Path],
) -> None:
    """Take the plans through the desk; of the municipalities in `first` that file is handed in first, and returned."""
    with closing(desk):
        open_ = {_handed_in(desk, officers[code], first.get(code, path)): code for code, path in plans.items()}
        tried = {number for number, code in open_.items() if code in first}
        for number in _checked(desk, office, open_):
            code = open_.pop(number)
            if number in tried:
                desk.decisions.return_(office, number, text("desk-returns"))
                open_[_handed_in(desk, officers[code], plans[code])] = code
            else:
                _published(desk, office, number)


def _published(desk: Desk, office: Account, number: str) -> None:
    """Accept a submission and have it published; what is refused waits for whoever signs in."""
    try:
        desk.decisions.accept(office, number)
        desk.decisions.ask_to_publish(office, number)
    except DeskError as refused:
        LOG.warning("%s", refused)


def _checked(desk: Desk, office: Account, open_: Mapping[str, str]) -> Iterator[str]:
    """Yield the submissions that have been checked, one after the other, until none is open."""
    while open_:
        for number in list(open_):
            if desk.submissions.get(office, number).state is State.CHECKED:
                yield number
        time.sleep(LOOK_SECONDS)


def _handed_in(desk: Desk, account: Account, path: Path) -> str:
    import demo as region

    home = desk.municipality(account.municipality or "")
    since = region.first_day(home.code, home.state.upper()) if home else None
    return desk.submissions.submit(account, [Handed(path.name, path)], language=account.language, in_force=since).id
