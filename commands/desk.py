"""Commands on the zoning desk: who may hand in, what was handed in, and the worker that checks and publishes."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from commands.collection import catalogue_of, folder_option, here, json_option
from commands.database import opened
from commands.language import language, text
from commands.terminal import say, show_json, show_table
from desk.desk import Desk
from desk.errors import texts
from desk.model import Account, Role
from findings import LANGUAGES
from settings import Settings

LOOK_SECONDS = 1.0
THE_OFFICE = Account(0, "", "", Role.REGION, None)
"""Whoever sits at this machine sees all that was handed in."""


@contextmanager
def at_desk(folder: Path | None) -> Iterator[tuple[Settings, Desk]]:
    """Yield the settings, with a running database, and the desk."""
    with opened(here(folder)) as settings:
        catalogue, _ = catalogue_of(settings)
        found = Desk(settings, catalogue)
        try:
            yield settings, found
        finally:
            found.close()


@click.group(help=text("help.desk"))
def desk() -> None:
    """Gather the commands on the desk."""


@desk.command(help=text("help.desk-invite"))
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help=text("help.desk-role"))
@click.option("--municipality", help=text("help.desk-municipality"))
@click.option("--name", default="", help=text("help.desk-name"))
@click.option("--language", "spoken", type=click.Choice(LANGUAGES), help=text("help.desk-language"))
@folder_option
def invite(email: str, role: str, municipality: str | None, name: str, spoken: str | None, folder: Path | None) -> None:
    """Invite an officer."""
    from desk.accounts import INVITED

    with at_desk(folder) as (settings, at):
        if municipality and at.municipality(municipality) is None:
            raise click.UsageError(text("desk.unknown-municipality", code=municipality))
        secret = at.accounts.invite(email, name, Role(role), municipality, language=spoken or language())
    say(text("desk.invited", email=email, n=INVITED.days))
    click.echo(f"{settings.public_url}/desk/invitation/{secret}")


@desk.command(help=text("help.desk-officers"))
@folder_option
@json_option
def officers(folder: Path | None, *, as_json: bool) -> None:
    """List the officers."""
    with at_desk(folder) as (_, at):
        found = at.accounts.officers()
    if as_json:
        show_json([{name: getattr(each, name) for name in each.__slots__} for each in found])
        return
    rows = (
        (
            each.email,
            each.name,
            texts().text(f"roles.{each.role.value}", language()),
            each.municipality,
            text(f"desk.officer.{'closed' if each.closed else 'accepted' if each.accepted else 'invited'}"),
        )
        for each in found
    )
    heads = [text(f"desk.head.{head}") for head in ("email", "name")]
    show_table([*heads, text("head.role"), text("desk.head.municipality"), text("head.state")], rows)


@desk.command(help=text("help.desk-revoke"))
@click.argument("email")
@folder_option
def revoke(email: str, folder: Path | None) -> None:
    """Close an account."""
    with at_desk(folder) as (_, at):
        at.accounts.close_account(email)
    say(text("desk.closed", email=email))


@desk.command("list", help=text("help.desk-list"))
@folder_option
@json_option
def listed(folder: Path | None, *, as_json: bool) -> None:
    """List what was handed in."""
    with at_desk(folder) as (_, at):
        found = at.submissions.all(THE_OFFICE)
    if as_json:
        show_json([{name: getattr(each, name) for name in each.__slots__} for each in found])
        return
    rows = (
        (
            each.id,
            each.municipality,
            each.title,
            each.version,
            texts().text(f"states.{each.state.value}", language()),
            f"{each.created:%Y-%m-%d %H:%M}",
        )
        for each in found
    )
    heads = [text(f"desk.head.{head}") for head in ("id", "municipality", "title", "version")]
    show_table([*heads, text("head.state"), text("desk.head.created")], rows)


@desk.command(help=text("help.desk-purge"))
@folder_option
def purge(folder: Path | None) -> None:
    """Delete what is too old."""
    with at_desk(folder) as (_, at):
        gone = at.purge()
    say(text("desk.purged", n=gone))


@desk.command(help=text("help.desk-work"))
@click.option("--once", is_flag=True, help=text("help.desk-once"))
@click.option("--beside", "parent", type=int, help=text("help.desk-beside"))
@folder_option
def work(folder: Path | None, parent: int | None, *, once: bool) -> None:
    """Make checks and publish."""
    from commands.publishing import publisher
    from desk import worker

    logging.basicConfig(level=logging.WARNING, format="desk: %(message)s")
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with at_desk(folder) as (settings, at):
        worker.work(at, publisher(settings), wait=not once)


def _end_with(parent: int) -> None:
    """End this process when the one that started it is gone; it may have been killed and could not tell."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
