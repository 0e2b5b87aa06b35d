"""What each command needs of the machine."""

import click

from commands.cli import krajina
from machine.needs import NEEDS, Need, needs_of

URL = {"KRAJINA_DATABASE_URL": "postgresql://elsewhere/krajina"}


def test_every_command_of_the_table_exists() -> None:
    assert set(NEEDS) - {"all"} <= set(krajina.list_commands(click.Context(krajina)))


def test_a_command_without_data_needs_the_environment_alone() -> None:
    assert needs_of(["check"], {}) == Need.ENVIRONMENT
    assert needs_of([], {}) == Need.ENVIRONMENT


def test_asking_for_help_prepares_no_database() -> None:
    assert needs_of(["demo", "--help"], {}) == Need.ENVIRONMENT


def test_a_named_database_spares_the_server() -> None:
    assert Need.DATABASE in needs_of(["demo"], {})
    assert Need.DATABASE not in needs_of(["demo"], URL)
    assert Need.WEB in needs_of(["demo"], URL)


def test_plans_are_read_behind_a_wall_unless_the_container_has_it() -> None:
    assert Need.SANDBOX in needs_of(["plan", "check", "plan.zip"], {})
    assert Need.DATABASE not in needs_of(["plan", "check", "plan.zip"], {})
    assert Need.SANDBOX not in needs_of(["demo"], {"KRAJINA_SANDBOX": "limits"})


def test_the_tests_always_need_a_server_of_their_own() -> None:
    assert Need.DATABASE in needs_of(["test"], URL)
