"""The desk in one object: what it works with, and its parts. Made once by each process that has to do with it."""

from functools import cached_property
from typing import TYPE_CHECKING

from catalogue import Catalogue
from desk import folders, retention
from desk.accounts import Accounts
from desk.checking import Checker
from desk.checks import Checks
from desk.database import Pool
from desk.decisions import Decisions
from desk.register import Municipality, named, names, register_of, territories
from desk.submissions import Submissions
from desk.tokens import Tokens
from plans.sandbox import Sandbox
from settings import Settings

if TYPE_CHECKING:
    from desk.openid import OpenId


class Desk:
    """The zoning desk of the settings; the catalogue says which register of municipalities it goes by.

    Nothing is opened before it is used. Methods may be called from any thread.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue, connections: int = 4) -> None:
        self.settings = settings
        self.folder = folders.root(settings.data)
        self.register = register_of(catalogue)
        self.database = Pool(settings.database_url or "", connections)
        self.accounts = Accounts(self.database)
        self.tokens = Tokens(self.database)
        self.checks = Checks(self.database, self.folder, settings.desk.megabytes, settings.desk.days)
        self.submissions = Submissions(self.database, self.folder, settings.desk.megabytes, self.register)
        self.decisions = Decisions(self.database)

    @cached_property
    def openid(self) -> "OpenId | None":
        """Signing in by a provider; None when none is configured."""
        from desk.openid import OpenId  # brings cryptography with it, which a desk without a provider does not need

        if not self.settings.desk.issuer:
            return None
        return OpenId(self.settings.desk, f"{self.settings.public_url}/desk/openid", self.database)

    @cached_property
    def checker(self) -> Checker:
        """What makes checks: for the worker."""
        sandbox = Sandbox(self.settings.desk.sandbox, self.settings.data / "grids")
        return Checker(self.database, self.folder, self.register, sandbox)

    def municipalities(self) -> list[Municipality]:
        """Return the municipalities of the register in order of their codes; empty where there is none."""
        if self.register is None:
            return []
        with self.database.transaction() as connection:
            return territories(connection, self.register)

    def municipality_names(self) -> list[tuple[str, str]]:
        """Return code and name of the register's municipalities in order of the name; empty where there is none."""
        if self.register is None:
            return []
        with self.database.transaction() as connection:
            return names(connection, self.register)

    def municipality(self, code: str) -> Municipality | None:
        """Return the municipality of the code, None if the register does not know it."""
        if self.register is None:
            return None
        with self.database.transaction() as connection:
            return named(connection, self.register, code)

    def purge(self) -> int:
        """Delete what is too old; return how many checks went."""
        return retention.purge(self.database, self.folder)

    def close(self) -> None:
        """Close the connections that are not in use."""
        self.database.close()
