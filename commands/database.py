"""The database a command works on: the one that is named, or the private cluster for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from commands.language import text
from commands.terminal import say
from machine.cluster import Cluster
from settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Settings]:
    """Yield the settings with the DSN of a running, migrated database.

    A cluster that ran before goes on running afterwards; one that was started here is stopped.
    """
    from desk import queue
    from etl.store import connected, migrate

    with _running(settings) as dsn:
        with connected(dsn) as connection:
            migrate(connection)
            queue.prepare(connection)
        yield replace(settings, database_url=dsn)


@contextmanager
def _running(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    cluster = Cluster(settings.data / "postgres")
    if not cluster.running():
        say(text("cluster-starts"))
    with cluster.started() as dsn:
        yield dsn
