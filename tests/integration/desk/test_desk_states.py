"""The state machine: the same in code and database, and nothing in it can be undone silently."""

import itertools

import psycopg2
import pytest

from desk.database import one, run
from desk.states import STEPS, State, possible
from tests.integration.desk.municipality import HOME, Office

IDS = "s" * 22, "c" * 22


@pytest.fixture
def event(office: Office) -> str:
    """A submission, bare, to hang events on; return the statement that adds one."""
    with office.desk.database.transaction() as connection:
        account = office.officer(HOME).id
        run(
            connection,
            'INSERT INTO desk.submission (id, municipality, title, state, "check", by)'
            " VALUES (%s, '999101', 'Plan', 'received', %s, %s)",
            [*IDS, account],
        )
        run(
            connection,
            'INSERT INTO desk."check" (id, name, language, files, submission, state)'
            " VALUES (%s, 'plan.zip', 'cs', '[]', %s, 'queued')",
            [IDS[1], IDS[0]],
        )
    return f"INSERT INTO desk.event (submission, who, was, becomes) VALUES ('{IDS[0]}', 'x', %s, %s)"


def test_code_and_database_know_the_same_steps(office: Office, event: str) -> None:
    assert set(STEPS) == {None, *State}
    allowed = set()
    for was, becomes in itertools.product([None, *State], State):
        try:
            with office.desk.database.transaction() as connection:
                run(connection, event, [was, becomes])
            allowed.add((was, becomes))
        except psycopg2.errors.CheckViolation:
            pass
    assert allowed == {(was, becomes) for was in STEPS for becomes in State if possible(was, becomes)}
    for state in State:
        with office.desk.database.transaction() as connection:
            assert one(connection, "SELECT %s = ANY (%s)", [state, [each.value for each in State]]) == (True,)


@pytest.mark.parametrize(
    "statement", ["UPDATE desk.event SET who = 'y'", "DELETE FROM desk.event", "TRUNCATE desk.event"]
)
def test_events_are_only_added(office: Office, event: str, statement: str) -> None:
    with office.desk.database.transaction() as connection:
        run(connection, event, [None, "received"])
    with pytest.raises(psycopg2.errors.IntegrityError), office.desk.database.transaction() as connection:
        run(connection, statement)


def test_one_version_of_a_plan_is_published_at_a_time(office: Office, event: str) -> None:
    assert event
    copy = (
        'INSERT INTO desk.submission (id, municipality, title, plan, version, state, "check", by) SELECT'
        " %s || substr(id, 2), municipality, title, 'zoning-plan', %s, 'published', \"check\", by FROM desk.submission"
        " WHERE plan IS NULL"
    )
    with office.desk.database.transaction() as connection:
        run(connection, copy, ["a", 1])
    with pytest.raises(psycopg2.errors.UniqueViolation), office.desk.database.transaction() as connection:
        run(connection, copy, ["b", 2])
