"""Commands on tokens, which open internal datasets and editing."""

from datetime import UTC, datetime, timedelta

import click

from commands.collection import here
from commands.database import opened
from commands.language import text
from commands.terminal import say, show_table

ROLES = ("internal", "edit")
"""What a token opens: internal datasets; these, and the editing of those that may be edited."""


@click.group(help=text("help.token"))
def token() -> None:
    """Gather the commands on tokens."""


@token.command(help=text("help.token-create"))
@click.argument("label")
@click.option("--days", type=click.IntRange(1, 3650), default=365, help=text("help.days"))
@click.option("--role", type=click.Choice(ROLES), default=ROLES[0], help=text("help.role"))
def create(label: str, days: int, role: str) -> None:
    """Make a token."""
    from etl.store import connected
    from etl.store import tokens as kept

    expires = datetime.now(UTC) + timedelta(days=days)
    with opened(here(None)) as settings, connected(settings.database_url or "") as connection:
        secret = kept.create(connection, label, expires, role)
    say(text("token-made", label=label, expires=f"{expires:%Y-%m-%d}"))
    click.echo(secret)


@token.command("list", help=text("help.token-list"))
def listed() -> None:
    """List tokens."""
    from etl.store import connected
    from etl.store import tokens as kept

    with opened(here(None)) as settings, connected(settings.database_url or "") as connection:
        rows = [
            (each.label, each.role, f"{each.created:%Y-%m-%d}", f"{each.expires:%Y-%m-%d}")
            for each in kept.listed(connection)
        ]
    show_table([text(f"head.{head}") for head in ("label", "role", "created", "expires")], rows)


@token.command(help=text("help.token-revoke"))
@click.argument("label")
def revoke(label: str) -> None:
    """Make a token worthless."""
    from etl.store import connected
    from etl.store import tokens as kept

    with opened(here(None)) as settings, connected(settings.database_url or "") as connection:
        if not kept.revoke(connection, label):
            raise click.UsageError(text("no-such-token", label=label))
    say(text("token-revoked", label=label))
