"""Signing in by a provider: a real one, over HTTP, with code, PKCE, nonce and signature."""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests

from desk.errors import SignInRefused
from desk.model import Role
from desk.openid import OpenId, ProviderAway
from settings import DeskSettings
from tests.integration.desk.municipality import HOME, Office

BACK = "http://127.0.0.1:9/desk/openid"


@pytest.fixture
def issuer() -> Iterator[str]:
    people = [
        oidc_provider_mock.User(sub="eva", claims={"email": "Eva@Example.org", "email_verified": True}),
        oidc_provider_mock.User(sub="jan", claims={"email": "jan@example.org", "email_verified": False}),
        oidc_provider_mock.User(sub="ota", claims={"email": "ota@example.org", "email_verified": True}),
    ]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def openid(office: Office, issuer: str) -> OpenId:
    return OpenId(DeskSettings(issuer=issuer), BACK, office.desk.database)


def at_provider(address: str, sub: str) -> str:
    """Sign in at the provider as a browser does; return where it sends the browser back to."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=60)
    assert answer.status_code in {302, 303}, answer.text
    return answer.headers["Location"]


def test_an_invited_address_is_let_in(office: Office, openid: OpenId) -> None:
    office.desk.accounts.invite("eva@example.org", "Eva", Role.MUNICIPALITY, HOME)
    address, kept = openid.begin("/desk/submissions")
    asked, secret = parse_qs(urlsplit(address).query), json.loads(kept)["verifier"]
    challenge = urlsafe_b64encode(sha256(secret.encode()).digest()).decode().rstrip("=")  # RFC 7636, 4.2
    assert (asked["code_challenge_method"], asked["code_challenge"]) == (["S256"], [challenge])
    signed_in, path = openid.finish(at_provider(address, "eva"), kept)
    assert (signed_in.account.municipality, path) == (HOME, "/desk/submissions")
    assert office.desk.accounts.session(signed_in.secret) == signed_in.account
    assert [each.accepted for each in office.desk.accounts.officers()] == [True]


@pytest.mark.parametrize(("sub", "why"), [("ota", "not-invited"), ("jan", "email-unverified")])
def test_others_are_not(office: Office, openid: OpenId, sub: str, why: str) -> None:
    office.desk.accounts.invite("jan@example.org", "Jan", Role.REGION)
    address, kept = openid.begin()
    with pytest.raises(SignInRefused) as refused:
        openid.finish(at_provider(address, sub), kept)
    assert refused.value.key == why


def test_an_answer_must_be_to_our_question(office: Office, openid: OpenId) -> None:
    office.desk.accounts.invite("eva@example.org", "Eva", Role.REGION)
    (address, kept), (_, other) = openid.begin(), openid.begin()
    back = at_provider(address, "eva")
    replayed = json.loads(kept) | {"nonce": json.loads(other)["nonce"]}
    with pytest.raises(SignInRefused):
        openid.finish(back, other)  # another state: somebody else's browser
    with pytest.raises(SignInRefused):
        openid.finish(at_provider(address, "eva"), json.dumps(replayed))  # nonce
    with pytest.raises(SignInRefused):
        openid.finish(re.sub(r"code=[^&]+", "code=made-up", back), kept)
    with pytest.raises(SignInRefused):
        openid.finish(f"{BACK}?error=access_denied&state={json.loads(kept)['state']}", kept)
    with pytest.raises(SignInRefused):
        openid.finish(back, "{}")
    assert openid.finish(back, kept)[0].account.email == "eva@example.org"
    with pytest.raises(SignInRefused):
        openid.finish(back, kept)  # a code is good once


@pytest.mark.parametrize("wanted", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", ""])
def test_nobody_is_sent_elsewhere(office: Office, openid: OpenId, wanted: str) -> None:
    office.desk.accounts.invite("eva@example.org", "Eva", Role.REGION)
    address, kept = openid.begin(wanted)
    assert openid.finish(at_provider(address, "eva"), kept)[1] == "/desk"


def test_a_provider_that_is_away_is_said_to_be(office: Office) -> None:
    for issuer in ("http://127.0.0.1:9", "http://elsewhere.example", "ftp://localhost"):
        with pytest.raises(ProviderAway):
            OpenId(DeskSettings(issuer=issuer), BACK, office.desk.database).begin()
