"""How a dataset is quoted, and the link that goes with it. Pure but for the visit."""

from datetime import UTC, datetime

from babel.dates import format_date

from catalogue import Dataset
from findings import dates_of
from service.datasets.texts import TEXTS
from service.portal.visit import Visit

_LAST = (23, 59)
"""Hour and minute of the moment by which a whole day is meant."""


def author(visit: Visit, dataset: Dataset) -> str:
    """Return whose the data are."""
    publisher = visit.catalogue.publishers.get(dataset.publisher)
    return visit.text_in(publisher.name) if publisher else dataset.publisher


def licence(visit: Visit, dataset: Dataset) -> tuple[str, str]:
    """Return title and address of the terms."""
    found = visit.catalogue.licences.get(dataset.licence)
    return (visit.text_in(found.title), found.url) if found else (dataset.licence, "")


def citation(visit: Visit, dataset: Dataset, state: datetime, batch: int, address: str) -> str:
    """Return the line to quote a dataset by, in the state of a moment, whole addresses in it."""
    return TEXTS.text(
        "citation.text",
        visit.language,
        author=author(visit, dataset),
        title=visit.text_in(dataset.title),
        portal=visit.text_in(visit.catalogue.portal.title),
        date=moment(visit.language, state),
        batch=str(batch),
        address=f"{visit.live.settings.public_url}{address}",
        licence=licence(visit, dataset)[0],
    )


def moment(language: str, state: datetime) -> str:
    """Return a moment in UTC as a person writes it; of the last moment of a day only the day."""
    state = state.astimezone(UTC)
    day = str(format_date(state, format="long", locale=dates_of(language)))
    if (state.hour, state.minute) == _LAST:
        return day
    return f"{day} {state:%H:%M} UTC"
