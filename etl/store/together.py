"""Parts: loads of several datasets that become public in one transaction, or none of them.

Apart from the Load that goes its way alone because a part neither commits nor gives up by itself: whoever gathered the
parts does.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from psycopg2 import sql

from catalogue import layout
from catalogue.model import Dataset
from etl.store import ledger
from etl.store.connect import Connection
from etl.store.difference import CHANGED, Counts
from etl.store.load import Load, Outcome
from etl.store.progress import Progress
from etl.store.tables import execute, table
from findings import Report


class Part(Load):
    """One of several loads in the transaction of whoever called `part`."""

    def compare(self, report: Report) -> Counts:
        """Return what publishing would change; the list of it is put aside, for the next part makes one too."""
        counts = super().compare(report)
        self._rename(CHANGED, self._aside)
        return counts

    def publish(self, counts: Counts, report: Report, values: Mapping[str, Any], road: str | None = None) -> Outcome:
        """Publish what is staged, unless nothing at all is new; others see it when the caller commits."""
        self._rename(self._aside, CHANGED)
        outcome = super().publish(counts, report, values, road)
        execute(self.connection, "DROP TABLE IF EXISTS pg_temp.{changed}", changed=CHANGED)
        return outcome

    def end(
        self,
        state: str,
        report: Report,
        values: Mapping[str, Any],
        road: str | None = None,
        counts: Counts | None = None,
    ) -> Outcome:
        """Drop what is staged and write down how the part ended, in the transaction of all."""
        staging = table(layout.STAGING, self.dataset)
        execute(self.connection, "DROP TABLE IF EXISTS {staging}", staging=staging)
        self.write_end(state, report, values, counts)
        return self.outcome(state, report, road, counts)

    @property
    def _aside(self) -> sql.Identifier:
        return sql.Identifier(f"{CHANGED.strings[0]}_{self.batch}")

    def _rename(self, old: sql.Identifier, new: sql.Identifier) -> None:
        execute(self.connection, "ALTER TABLE IF EXISTS pg_temp.{old} RENAME TO {new}", old=old, new=new)

    def _commit(self) -> None:
        self.progress("done")


def part(connection: Connection, dataset: Dataset, source: list[dict[str, Any]], progress: Progress) -> Part:
    """Begin a part. The caller holds the locks of all datasets, commits, or rolls back."""
    progress("begin")
    return Part(connection, dataset, ledger.begin(connection, dataset, source), False, progress)


def refused(connection: Connection, load: Part, report: Report) -> Outcome:
    """Write down, after all parts were rolled back, that this one was refused; commits."""
    batch = ledger.begin(connection, load.dataset, None)
    ledger.finish(connection, batch, "refused", {"report": report.to_json()})
    connection.commit()
    return replace(load.outcome("refused", report), batch=batch)
