"""The commands, gathered; and what becomes of an error that nobody expected to be one.

Exit codes: 0 done, 1 refused by findings, 2 wrong use, 3 the machine lacks something, 10 a dataset file, 20 a source,
30 the database, 70 a fault of ours.
"""

import sys
from importlib import import_module

import click

from commands.language import language, text
from desk.errors import DeskError
from etl.errors import EtlError, Exit
from findings.report import line_of
from machine.say import MachineError

MODULES = {
    "demo": "serving",
    "serve": "serving",
    "check": "collection",
    "schema": "collection",
    "config": "collection",
    "load": "loading",
    "status": "loading",
    "history": "loading",
    "rollback": "loading",
    "worker": "loading",
    "tiles": "tiles",
    "downloads": "downloads",
    "plan": "plans",
    "grids": "grids",
    "token": "tokens",
    "desk": "desk",
    "test": "testing",
}
"""In which module each command stands. It is imported when it is called: `check` must not wait for pygeoapi."""


class Commands(click.Group):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """Return the names of the commands in the order in which they are told of."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name, or None."""
        if cmd_name not in MODULES:
            return None
        command: click.Command = getattr(import_module(f"commands.{MODULES[cmd_name]}"), cmd_name)
        return command


@click.group(
    cls=Commands,
    help=text("help.krajina"),
    epilog=text("help.launcher"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option("0.1.0", prog_name="krajina")
def krajina() -> None:
    """Gather the commands."""


def main() -> None:
    """Run the command line, and end the process with an exit code that names the family of what went wrong."""
    try:
        krajina.main(prog_name="./krajina", standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo(text("interrupted"), err=True)
        sys.exit(130)
    except MachineError as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)
    except DeskError as refused:
        click.echo(refused.text(language()), err=True)
        sys.exit(Exit.REFUSED)
    except EtlError as error:
        click.echo(line_of(error.finding, language()), err=True)
        sys.exit(error.exit)
