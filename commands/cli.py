"""The commands, gathered; and what becomes of an error that nobody expected to be one.

Exit codes: 0 done, 1 refused by findings, 2 wrong use, 3 the machine lacks something, 10 a dataset file, 20 a source,
30 the database, 70 a fault of ours.
"""

import sys

import click

from commands import collection, grids, loading, serving, testing, tokens
from commands.language import language, text
from etl.errors import EtlError
from findings.report import line_of


@click.group(
    help=text("help.krajina"), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option("0.1.0", prog_name="krajina")
def krajina() -> None:
    """Gather the commands."""


for room in (serving, collection, loading, grids, tokens, testing):
    for command in room.COMMANDS:
        krajina.add_command(command)


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
    except EtlError as error:
        click.echo(line_of(error.finding, language()), err=True)
        sys.exit(error.exit)
