"""The queue of the desk's jobs: procrastinate's tables in the schema `jobs`, filled in the transaction of the change.

Apart from the worker because whoever hands in only needs this: one SQL function. A job therefore exists exactly when
what it is about was committed, and neither the service nor the command line needs procrastinate's driver.
"""

from pathlib import Path
from typing import Any

from psycopg2.extras import Json

from desk.database import Connection, one, rows, run

SCHEMA = "jobs"
QUEUE = "desk"

CHECK, PUBLISH, PURGE = "check", "publish", "purge"
"""The tasks: check files, publish a submission or take it back, delete what is too old."""

_LOCK = 0x4B524A51
_OWN_PATH = """
DO $path$
DECLARE each record;
BEGIN
    FOR each IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = jobs', each.name);
    END LOOP;
END $path$;
"""
"""procrastinate's functions name their tables without a schema: so each is told its own."""


def prepare(connection: Connection) -> None:
    """Bring the queue's tables to the form that the installed procrastinate needs; commits.

    What procrastinate's package has as schema and as migrations is applied as it is. `jobs.migration` remembers which.
    """
    from procrastinate.schema import SchemaManager  # brings its driver with it, which whoever only defers does not need

    with connection:
        run(connection, "SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        migrations = {file.name: file for file in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))}
        fresh = one(connection, "SELECT to_regclass('jobs.migration')") == (None,)
        if fresh:
            run(connection, "CREATE SCHEMA jobs; CREATE TABLE jobs.migration (name text PRIMARY KEY)")
        applied = {name for (name,) in rows(connection, "SELECT name FROM jobs.migration")}
        missing = [name for name in migrations if name not in applied]
        if not missing:
            return
        run(connection, "SET LOCAL search_path = jobs")
        for text in [SchemaManager.get_schema()] if fresh else [migrations[name].read_text() for name in missing]:
            with connection.cursor() as cursor:
                cursor.execute(text)
        run(connection, "INSERT INTO jobs.migration SELECT unnest(%s)", [missing])
        run(connection, _OWN_PATH)


def defer(connection: Connection, task: str, lock: str, *, priority: int = 0, **values: Any) -> None:  # noqa: ANN401
    """Put a job into the queue; it is there once the caller's transaction is committed.

    Two jobs with the same `lock` never run at the same time. Of equal priority the older one is first.
    """
    run(
        connection,
        "SELECT jobs.procrastinate_defer_jobs_v1("
        "ARRAY[ROW(%s, %s, %s, %s, NULL, %s, NULL)::jobs.procrastinate_job_to_defer_v1])",
        [QUEUE, task, priority, lock, Json(values)],
    )


def waiting(connection: Connection) -> int:
    """Return how many checks wait for their turn."""
    found = one(
        connection,
        "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo' AND queue_name = %s AND task_name = %s",
        [QUEUE, CHECK],
    )
    return int(found[0]) if found else 0
