"""Signing in by a provider that an office runs: OpenID Connect, authorization code with PKCE.

authlib makes and checks what the protocol says; this module fetches over urllib3 and decides whom to let in: only an
account that was invited, found by the e-mail address that the provider calls verified. Nobody becomes an officer by
having an account elsewhere.
"""

import json
import secrets
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import urllib3
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import (
    parse_authorization_code_response,
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3.exceptions import HTTPError

from desk import sessions
from desk.accounts import known_by_email
from desk.database import Pool
from desk.errors import DeskError, SignInRefused
from desk.model import SignedIn
from settings import DeskSettings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
"""Signatures that only the provider's private key can make: neither `none` nor one by a shared secret."""
LEEWAY = 60
"""Seconds by which the provider's clock may be off."""
_TIMEOUT = urllib3.Timeout(connect=5, read=10)
_MOST_BYTES = 1 << 20
_HERE = {"localhost", "127.0.0.1", "::1"}


class ProviderAway(DeskError):  # noqa: N818 (its family says that it is an error)
    """The provider does not answer, or not as the protocol says."""

    status = 502


class OpenId:
    """The provider of the settings; `back` is our address to which it sends the browser back."""

    def __init__(self, settings: DeskSettings, back: str, database: Pool) -> None:
        self._settings = settings
        self._back = back
        self._database = database
        self._http = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=certifi.where(), timeout=_TIMEOUT)

    def begin(self, return_to: str = "/desk") -> tuple[str, str]:
        """Return the address to send the browser to, and what its cookie has to keep until it is back.

        `return_to` is a path of ours for afterwards. Raises ProviderAway.
        """
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        address = prepare_grant_uri(
            self._endpoint("authorization_endpoint"),
            client_id=self._settings.client,
            response_type="code",
            redirect_uri=self._back,
            scope="openid email",
            state=kept["state"],
            nonce=kept["nonce"],
            code_challenge=create_s256_code_challenge(kept["verifier"]),
            code_challenge_method="S256",
        )
        return str(address), json.dumps(kept | {"return_to": return_to})

    def finish(self, address: str, kept: str) -> tuple[SignedIn, str]:
        """Return the new session, and the path for afterwards, when the browser is back at `address`.

        `kept` is what its cookie kept. Raises SignInRefused when the answer is not to our question, not signed by the
        provider, or is about somebody who was not invited; ProviderAway.
        """
        try:
            asked = json.loads(kept)
            code = parse_authorization_code_response(address, state=asked["state"])["code"]
            tokens = self._tokens(code, asked["verifier"])
            claims = self._claims(tokens, asked["nonce"])
            email = self._email(claims, tokens)
        except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
            raise SignInRefused("provider-refused") from error
        with self._database.transaction() as connection:
            account = known_by_email(connection, email)
            return sessions.begin(connection, account, "openid"), _own_path(asked.get("return_to"))

    @cached_property
    def _metadata(self) -> Mapping[str, Any]:
        """What the provider says of itself. Another issuer than the one of the settings is not believed."""
        found = self._json("GET", f"{self._settings.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._settings.issuer:
            raise ProviderAway("provider-away")
        return found

    def _endpoint(self, name: str) -> str:
        return str(self._metadata.get(name, ""))

    def _tokens(self, code: str, verifier: str) -> Mapping[str, Any]:
        body = prepare_token_request(
            "authorization_code", "", redirect_uri=self._back, code=code, code_verifier=verifier
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        secret = _secret(self._settings.secret)
        way = "client_secret_basic" if secret else "none"
        client = ClientAuth(self._settings.client, secret, way)
        address, headers, body = client.prepare("POST", self._endpoint("token_endpoint"), headers, body)
        return self._json("POST", address, headers, body)

    def _claims(self, tokens: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """Return what the provider has signed. The keys are asked for anew each time: signing in is rare."""
        keys = KeySet.import_key_set(dict(self._json("GET", self._endpoint("jwks_uri"))))  # type: ignore[arg-type]
        signed = jwt.decode(str(tokens["id_token"]), keys, algorithms=ALGORITHMS)
        demanded = {
            "iss": {"essential": True, "value": str(self._metadata["issuer"])},
            "aud": {"essential": True, "value": self._settings.client},
        }
        said = {"nonce": nonce, "client_id": self._settings.client, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(signed.claims, signed.header, demanded, said)
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _email(self, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> str:
        """Return the verified address: of the token, or, where that is silent, of the provider's userinfo."""
        if "email" not in claims:
            asking = {"Authorization": f"Bearer {tokens['access_token']}"}
            about = self._json("GET", self._endpoint("userinfo_endpoint"), asking)
            if about.get("sub") != claims["sub"]:
                raise SignInRefused("provider-refused")
            claims = about
        if claims.get("email_verified") is not True:
            raise SignInRefused("email-unverified")
        return str(claims["email"])

    def _json(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> Mapping[str, Any]:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
            raise ProviderAway("provider-away")
        try:
            answer = self._http.request(
                method,
                address,
                headers=dict(headers or {}),
                body=body,
                redirect=False,
                retries=False,
                preload_content=False,
            )
            content = answer.read(_MOST_BYTES)
            answer.release_conn()
            found = json.loads(content)
        except (HTTPError, OSError, ValueError) as error:
            raise ProviderAway("provider-away") from error
        if answer.status >= 500 or not isinstance(found, dict):  # noqa: PLR2004
            raise ProviderAway("provider-away")
        return found


def _secret(file: Path | None) -> str:
    """Return our password at the provider; read each time, so that it can be changed without a restart."""
    return file.read_text(encoding="utf-8").strip() if file else ""


def _own_path(wanted: object) -> str:
    """Return the path if it is one of ours, not an address elsewhere."""
    good = isinstance(wanted, str) and wanted.startswith("/") and wanted[1:2] not in {"/", "\\"}
    return str(wanted) if good else "/desk"
