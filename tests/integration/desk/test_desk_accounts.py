"""Officers: invited once, known by argon2id and by hashes of secrets, locked after wrong tries, closed for good."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from desk import keys
from desk.accounts import FREE_TRIES
from desk.database import one, rows, run
from desk.errors import DeskError, Expired, Forbidden, Invalid, NotFound, SignInRefused, TriedTooOften
from desk.model import Role
from tests.integration.desk.municipality import EAST, HOME, PASSWORD, Office


def test_an_invitation_is_good_once(office: Office) -> None:
    accounts = office.desk.accounts
    secret = accounts.invite(" Eva@Example.org ", "Eva", Role.MUNICIPALITY, HOME, language="cs")
    assert accounts.invited(secret).email == "eva@example.org"
    with pytest.raises(Invalid):
        accounts.accept_invitation(secret, "krátké")
    with pytest.raises(Invalid):
        accounts.accept_invitation(secret, "abababababababab")
    signed_in = accounts.accept_invitation(secret, PASSWORD)
    assert accounts.session(signed_in.secret) == signed_in.account
    assert (signed_in.account.role, signed_in.account.municipality) == (Role.MUNICIPALITY, HOME)
    with pytest.raises(Expired):
        accounts.accept_invitation(secret, PASSWORD)
    with pytest.raises(NotFound):
        accounts.invited("made up")
    with pytest.raises(Invalid, match="account already"):
        accounts.invite("eva@example.org", "Eva", Role.REGION)


def test_a_newer_invitation_makes_the_earlier_one_worthless(office: Office) -> None:
    first = office.desk.accounts.invite("eva@example.org", "Eva", Role.REGION)
    office.desk.accounts.invite("eva@example.org", "Eva", Role.REGION)
    with pytest.raises(NotFound):
        office.desk.accounts.invited(first)


def test_an_old_invitation_is_over(office: Office) -> None:
    secret = office.desk.accounts.invite("eva@example.org", "Eva", Role.REGION)
    with office.desk.database.transaction() as connection:
        run(connection, "UPDATE desk.invitation SET expires = now() - interval '1 second'")
    with pytest.raises(Expired):
        office.desk.accounts.accept_invitation(secret, PASSWORD)


@pytest.mark.parametrize(("role", "municipality"), [(Role.REGION, HOME), (Role.MUNICIPALITY, None)])
def test_exactly_officers_of_municipalities_have_one(office: Office, role: Role, municipality: str | None) -> None:
    with pytest.raises(Invalid):
        office.desk.accounts.invite("eva@example.org", "Eva", role, municipality)


def test_no_secret_is_kept(office: Office) -> None:
    office.officer(HOME)
    signed_in = office.desk.accounts.sign_in("999101@example.org", PASSWORD)
    token = office.desk.tokens.make(signed_in.account, "GIS", 30)
    with office.desk.database.transaction() as connection:
        [(password,)] = rows(connection, "SELECT password FROM desk.account")
        text = repr(
            rows(connection, "SELECT * FROM desk.session")
            + rows(connection, "SELECT * FROM desk.token")
            + rows(connection, "SELECT * FROM desk.invitation")
        )
    assert password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in password
    assert signed_in.secret not in text
    assert token not in text
    assert keys.digest(token) in text


def test_wrong_passwords_lock_for_longer_and_longer(office: Office) -> None:
    office.officer(HOME)
    waits = []
    for _ in range(FREE_TRIES + 2):
        with pytest.raises(SignInRefused):
            office.desk.accounts.sign_in("999101@example.org", "nesprávné heslo")
        with office.desk.database.transaction() as connection:
            found = one(connection, "SELECT round(extract(epoch FROM locked_until - now())) FROM desk.account")
            assert found is not None
            waits.append(found[0])
        if found[0]:
            with pytest.raises(TriedTooOften) as locked:
                office.desk.accounts.sign_in("999101@example.org", PASSWORD)
            assert 0 < locked.value.values["seconds"] <= found[0] + 1
            with office.desk.database.transaction() as connection:
                run(connection, "UPDATE desk.account SET locked_until = now() - interval '1 second'")
    free, locked_for = waits[: FREE_TRIES - 1], waits[FREE_TRIES - 1 :]
    assert free == [None] * (FREE_TRIES - 1)
    assert all(0 <= at_first - then < 10 for at_first, then in zip((30, 60, 120), locked_for, strict=True)), waits
    assert office.desk.accounts.sign_in("999101@example.org", PASSWORD).account.municipality == HOME
    with office.desk.database.transaction() as connection:
        assert one(connection, "SELECT failures, locked_until FROM desk.account") == (0, None)


def test_tries_at_once_count_as_many(office: Office) -> None:
    office.officer(HOME)

    def tried(_: int) -> type[DeskError]:
        try:
            office.desk.accounts.sign_in("999101@example.org", "nesprávné heslo")
        except DeskError as refused:
            return type(refused)
        raise AssertionError

    with ThreadPoolExecutor(8) as several:
        found = list(several.map(tried, range(20)))
    assert found.count(SignInRefused) == FREE_TRIES
    assert found.count(TriedTooOften) == 20 - FREE_TRIES


def test_nobody_learns_whether_an_account_exists(office: Office) -> None:
    with pytest.raises(SignInRefused) as unknown:
        office.desk.accounts.sign_in("nobody@example.org", PASSWORD)
    office.desk.accounts.invite("invited@example.org", "", Role.REGION)
    with pytest.raises(SignInRefused) as invited:
        office.desk.accounts.sign_in("invited@example.org", PASSWORD)
    assert unknown.value.key == invited.value.key == "wrong-password"


@pytest.mark.parametrize("moment", ["seen = now() - interval '3 hours'", "expires = now() - interval '1 second'"])
def test_a_session_ends_by_idleness_and_by_age(office: Office, moment: str) -> None:
    secret = office.desk.accounts.accept_invitation(
        office.desk.accounts.invite("r@example.org", "R", Role.REGION), PASSWORD
    ).secret
    with office.desk.database.transaction() as connection:
        run(connection, "UPDATE desk.session SET seen = now() - interval '10 minutes'")
    office.desk.accounts.session(secret)
    with office.desk.database.transaction() as connection:
        assert one(connection, "SELECT seen > now() - interval '1 minute' FROM desk.session") == (True,)
        run(connection, f"UPDATE desk.session SET {moment}")
    with pytest.raises(SignInRefused):
        office.desk.accounts.session(secret)


def test_signing_out_and_a_new_password_end_sessions(office: Office) -> None:
    account = office.officer(HOME)
    accounts = office.desk.accounts
    first, second = (accounts.sign_in(account.email, PASSWORD) for _ in range(2))
    assert first.secret != second.secret
    accounts.sign_out(first.secret)
    with pytest.raises(SignInRefused):
        accounts.session(first.secret)
    third = accounts.change_password(account, PASSWORD, "osm kilometrů polem")
    with pytest.raises(SignInRefused):
        accounts.session(second.secret)
    assert accounts.session(third.secret) == account
    with pytest.raises(SignInRefused):
        accounts.sign_in(account.email, PASSWORD)


def test_a_closed_account_opens_nothing(office: Office) -> None:
    account = office.officer(HOME)
    signed_in = office.desk.accounts.sign_in(account.email, PASSWORD)
    token = office.desk.tokens.make(account, "GIS", 30)
    office.desk.accounts.close_account(account.email)
    for attempt in (
        lambda: office.desk.accounts.sign_in(account.email, PASSWORD),
        lambda: office.desk.accounts.session(signed_in.secret),
        lambda: office.desk.tokens.holder(token),
    ):
        with pytest.raises(SignInRefused):
            attempt()
    office.officer(EAST, account.email)  # the address is invited again, for another municipality
    with pytest.raises(SignInRefused):
        office.desk.tokens.holder(token)
    assert [(each.municipality, each.accepted) for each in office.desk.accounts.officers()] == [(EAST, True)]


def test_a_token_is_bound_to_a_municipality_and_to_its_maker(office: Office) -> None:
    home, region, tokens = office.officer(HOME), office.officer(None), office.desk.tokens
    with pytest.raises(Forbidden):
        tokens.make(home, "of another one", 30, municipality=EAST)
    own, given = tokens.make(home, "GIS", 30), tokens.make(region, "Firma", 30, municipality=EAST)
    assert (tokens.holder(own).role, tokens.holder(own).municipality) == (Role.MUNICIPALITY, HOME)
    assert (tokens.holder(own).who, tokens.holder(own).id) == ("GIS", home.id)
    assert (tokens.holder(given).role, tokens.holder(given).municipality) == (Role.MUNICIPALITY, EAST)
    assert [each.label for each in tokens.of(home)] == ["GIS"]
    with pytest.raises(NotFound):
        tokens.revoke(region, tokens.of(home)[0].id)
    tokens.revoke(home, tokens.of(home)[0].id)
    with pytest.raises(SignInRefused):
        tokens.holder(own)
    with office.desk.database.transaction() as connection:
        run(connection, "UPDATE desk.token SET expires = now() - interval '1 second'")
    with pytest.raises(SignInRefused):
        tokens.holder(given)
