"""How a dataset came about: its loads and edits one after the other, and what is new since one of them."""

from starlette.responses import Response

from service.datasets import batches, differences
from service.datasets.batches import Ledger
from service.datasets.differences import News
from service.datasets.frame import page_of, served_of
from service.datasets.texts import TEXTS
from service.parameters import only, whole
from service.portal.visit import Visit
from service.published import Served

_BIGINT = 10**18


def page(visit: Visit) -> Response:
    """Answer `/{language}/datasets/{dataset}/history`; `since` is the batch after which changes are told.

    Raises BadParameterError.
    """
    served = served_of(visit)
    only(visit.params, frozenset({"since"}))
    since = whole(visit.params, "since", 0, 1, _BIGINT)
    ledger = batches.read(served.id, visit.live.database)
    version = visit.version(ledger.batches[0].id if ledger.batches else 0, of=[served])
    if (known := visit.known(version)) is not None:
        return known
    title = f"{TEXTS.text('history.title', visit.language)}: {visit.text_in(served.dataset.title)}"
    news = news_of(visit, served, ledger, since)
    called = {each.id: each for each in ledger.published}
    return page_of(
        visit,
        "history",
        served,
        title=title,
        version=version,
        entries=ledger.entries,
        looked=ledger.looked,
        news=news,
        from_batch=called.get(news.since) if news else None,
    )


def news_of(visit: Visit, served: Served, ledger: Ledger, since: int = 0) -> News | None:
    """Return what is new since the batch, else since the last but one; None where that is not known.

    Raises as `Database.read`.
    """
    before = since or next((each.id for each in ledger.published[1:]), 0)
    if served.dataset.is_raster or not before:
        return None
    return differences.since(before, served.dataset, visit.live.database)
