"""What the desk speaks of: accounts, checks, submissions, events, waivers. Rows of the schema `desk`, frozen.

Apart so that pages, command line and statements agree on names; nothing here touches the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from desk.states import State


class Role(StrEnum):
    """What an account is for."""

    MUNICIPALITY = "municipality"
    """Hands in for one municipality and sees what that has handed in."""
    REGION = "region"
    """Sees everything that was handed in; accepts, returns, waives, publishes."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks. `municipality` is the national code for officers of a municipality, None for the region's.

    `who` is how events call them: the name of a person, or the label of a token.
    """

    id: int
    email: str
    who: str
    role: Role
    municipality: str | None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account and the secret of its new session, which is shown once: it goes into the cookie."""

    account: Account
    secret: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Officer:
    """An account as the list of accounts shows it."""

    email: str
    name: str
    role: Role
    municipality: str | None
    created: datetime
    accepted: bool
    closed: datetime | None
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class Handed:
    """One file as it is handed in: what its sender calls it, and its content, a file on this machine or a stream."""

    name: str
    content: Path | BinaryIO


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said of a plan beside its files: whose it is; since when in force, where it does not say so itself."""

    municipality: str | None
    in_force: date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check: of anyone's files, or of a submission.

    `id` has 128 random bits: whoever has the link may read the report. `in_force`: since when the plan is, as told by
    whoever handed it in; None: not told. `files` have name, size (bytes) and sha256.
    `stage` is what is being done, `stages` what was done, each `{"stage", "seconds"}`. `summary` is what the check
    found, None before it is done. `trouble` (key, values) is why it failed. `expires` None: it is kept.
    """

    id: str
    name: str
    language: str
    municipality: str | None
    in_force: date | None
    files: tuple[Mapping[str, Any], ...]
    submission: str | None
    state: str
    stage: str | None
    stages: tuple[Mapping[str, Any], ...]
    attempts: int
    summary: Mapping[str, Any] | None
    trouble: Mapping[str, Any] | None
    created: datetime
    started: datetime | None
    finished: datetime | None
    expires: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.state in {"done", "failed"}


@dataclass(frozen=True, slots=True)
class Submission:
    """One version of a plan as it was handed in.

    `plan` says which plan of the municipality it is and `version` which of its versions, both known once it is checked.
    `follows` is the submission whose place it took. `task` is what the worker still has to do with it, `trouble` (key,
    values) why the last task was not done. `who` handed it in.
    """

    id: str
    municipality: str
    title: str
    plan: str | None
    version: int | None
    state: State
    check: str
    who: str
    created: datetime
    published: datetime | None
    follows: str | None
    task: str | None
    trouble: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a submission: when, who, from which state (None: it was handed in) to which, and why."""

    at: datetime
    who: str
    was: State | None
    becomes: State
    reason: str | None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule whose errors the region accepts in this submission, with the reason and who gave it."""

    rule: str
    reason: str
    who: str
    at: datetime
