"""The worker: takes the desk's jobs out of the queue, one after the other, until it is told to stop.

It may be killed at any moment. Its heartbeat stops then, and whichever worker runs next takes up what it was at: each
job can be done twice and has an effect once.
"""

import asyncio
import logging
from dataclasses import dataclass

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from desk import publish, queue
from desk.desk import Desk
from desk.errors import DeskError, NotPublished, WrongState
from desk.model import Account, Role
from desk.publish import Publisher

LOG = logging.getLogger(__name__)
MOST_TRIES = 5
"""How often a publication is tried that fails for a reason of the desk's: database away, worker killed."""
_RETRY = RetryStrategy(max_attempts=MOST_TRIES, wait=2, linear_wait=5)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds: between two heartbeats, after which a worker without one is dead, between two looks for such."""

    beat: float = 5
    dead: float = 20
    look: float = 5


def work(desk: Desk, publisher: Publisher, pulse: Pulse = Pulse(), *, wait: bool = True) -> None:
    """Work until a signal to stop, or, without `wait`, until nothing is left to do."""
    asyncio.run(_work(desk, publisher, pulse, wait=wait))


async def _work(desk: Desk, publisher: Publisher, pulse: Pulse, *, wait: bool) -> None:
    app = application(desk, publisher)
    async with app.open_async():
        await _take_up(app, pulse)
        looking = asyncio.create_task(_look(app, pulse))
        try:
            await app.run_worker_async(
                queues=[queue.QUEUE],
                wait=wait,
                concurrency=1,  # one check may take all the memory that is meant for one
                delete_jobs="successful",
                update_heartbeat_interval=pulse.beat,
                stalled_worker_timeout=pulse.dead,
            )
        finally:
            looking.cancel()


def application(desk: Desk, publisher: Publisher) -> App:
    """Return procrastinate's application with the desk's tasks."""
    connector = PsycopgConnector(
        conninfo=desk.settings.database_url or "",
        kwargs={"options": f"-c search_path={queue.SCHEMA}", "application_name": "krajina desk worker"},
        min_size=1,
        max_size=3,
    )
    app = App(connector=connector)

    @app.task(name=queue.CHECK, queue=queue.QUEUE, retry=_RETRY)
    def make_check(check: str) -> None:
        desk.checker.make(check)

    @app.task(name=queue.PUBLISH, queue=queue.QUEUE, retry=_RETRY, pass_context=True)
    def carry_out(context: JobContext, /, **asked: str) -> None:
        _carry_out(desk, publisher, asked, context.job.attempts)

    @app.periodic(cron="17 * * * *")
    @app.task(name=queue.PURGE, queue=queue.QUEUE, queueing_lock=queue.PURGE)
    def purge(timestamp: int) -> None:
        LOG.info("purge of %s: %s checks", timestamp, desk.purge())

    return app


def _carry_out(desk: Desk, publisher: Publisher, asked: dict[str, str], tries: int) -> None:
    """Publish or take back as asked. A refusal is written down; another error is raised to be tried again, then not."""
    id_ = asked["submission"]
    account = Account(int(asked["by"]), "", asked["who"], Role.REGION, None)
    try:
        if tries >= MOST_TRIES:
            publish.gave_up(desk.database, id_)
        elif asked["action"] == "publish":
            publish.publish(desk.database, id_, account, publisher)
        else:
            publish.unpublish(desk.database, id_, account, asked["reason"] or "", publisher)
    except (NotPublished, WrongState) as refused:
        LOG.info("not carried out: %s", refused)
    except Exception:
        if tries + 1 >= MOST_TRIES:
            publish.gave_up(desk.database, id_)
        raise


async def _look(app: App, pulse: Pulse) -> None:
    while True:
        await asyncio.sleep(pulse.look)
        try:
            await _take_up(app, pulse)
        except (ConnectorException, DeskError):
            LOG.warning("the database is away")


async def _take_up(app: App, pulse: Pulse) -> None:
    """Put back into the queue what workers were at whose heartbeat has stopped."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=pulse.dead):
        LOG.warning("job %s of a dead worker is taken up again", job.id)
        await app.job_manager.retry_job(job)
