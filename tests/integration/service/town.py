"""The desk on the web for tests: a real service beside a real desk with the register of two municipalities."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from desk.model import Account
from tests.integration.desk.municipality import PASSWORD, Office
from tests.integration.service.running import Client, running
from tests.portal import free_port

AS_JSON = {"Accept": "application/json"}


@dataclass
class Town:
    """A desk, the service that shows it, and a visitor of it who has not signed in."""

    office: Office
    client: Client

    def visitor(self, account: Account | None = None) -> Client:
        """Return another browser, signed in as the account's officer if one is given."""
        visitor = Client(self.client.address)
        if account is not None:
            answer = visitor.post("/desk/sign-in", data={"email": account.email, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return visitor

    def sent(self, plan: Path, **fields: str) -> requests.Response:
        """Upload a plan as a program does."""
        return self.client.post(
            "/desk/checks", files={"files": (plan.name, plan.read_bytes())}, data=fields, headers=AS_JSON
        )

    def checked(self, plan: Path, **fields: str) -> str:
        """Upload a plan, let the worker check it, and return the path of the check."""
        answer = self.sent(plan, **fields)
        assert answer.status_code == 201, answer.text
        self.office.work()
        return str(answer.headers["Location"])


@contextmanager
def town(dsn: str, folder: Path, **changed: str | int) -> Iterator[Town]:
    """Serve a desk on the database; `changed` are settings of the desk."""
    office = Office(dsn, folder, **changed)
    port = free_port()
    settings = replace(office.settings, port=port, public_url=f"http://127.0.0.1:{port}")
    with running(settings) as client:
        yield Town(office, client)
    office.desk.close()


def tokened(secret: str) -> Mapping[str, str]:
    """Return the headers of a program with a token."""
    return {**AS_JSON, "Authorization": f"Bearer {secret}"}
