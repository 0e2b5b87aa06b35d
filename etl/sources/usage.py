"""The portal's own statistics as a source: what the service has counted, made fit to be published.

Apart from the other sources because here is decided what may be told. Counts below FEWEST are left empty: in a small
region a single visit could be known to a neighbour. Sums are not published beside them, so nothing can be worked out.
"""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from psycopg2.extras import execute_values

from catalogue import Catalogue
from catalogue.layout import LEDGER
from catalogue.values import text_in
from desk.database import Connection

FEWEST = 5
PAGES = "portal-page"
"""Code list with what the pages of the portal are called."""
HEAD = ("number", "day", "subject", "title", "use", "requests", "withheld")

type Counted = tuple[date, str, str, int]
"""A day, what was asked for (a dataset, a dashboard or a page), how it was used, and how often."""


def write_usage(connection: Connection, catalogue: Catalogue, target: Path) -> Path:
    """Write the counts of whole days, today's left out, as CSV (UTF-8); return its place. Columns as in HEAD."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT day, subject, use, requests FROM {LEDGER}.usage WHERE day < current_date ORDER BY 1, 2, 3"
        )
        rows = cursor.fetchall()
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for day, subject, use, requests in rows:
            few = requests < FEWEST
            told = "" if few else requests
            title = _title(subject, catalogue)
            writer.writerow([f"{day}-{subject}-{use}", day, subject, title, use, told, str(few).lower()])
    return target


def add_usage(connection: Connection, rows: Iterable[Counted]) -> None:
    """Add counts to those of the same day, subject and use, and commit."""
    with connection.cursor() as cursor:
        execute_values(
            cursor,
            f"INSERT INTO {LEDGER}.usage AS known (day, subject, use, requests) VALUES %s"
            " ON CONFLICT (day, subject, use) DO UPDATE SET requests = known.requests + excluded.requests",
            list(rows),
        )
    connection.commit()


def is_empty(connection: Connection) -> bool:
    """Return whether nothing has been counted yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT EXISTS (SELECT FROM {LEDGER}.usage)")
        found = cursor.fetchone()
    connection.rollback()
    return bool(found and found[0])


def _title(subject: str, catalogue: Catalogue) -> str:
    """Return what a subject is called in the portal's language: by the title of what it is."""
    named = catalogue.datasets.get(subject) or catalogue.dashboards.get(subject)
    pages = catalogue.codelists.get(PAGES)
    title = named.title if named else pages.labels().get(subject, {}) if pages else {}
    language = catalogue.portal.default_language
    return text_in(title, language, language) or subject
