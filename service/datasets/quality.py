"""The quality of a dataset, beside the data: what the last load found, what is missing, how old and how exact it is."""

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from service.datasets import batches, figures, judged
from service.datasets.batches import Batch, Ledger
from service.datasets.figures import Figures
from service.datasets.frame import page_of, served_of
from service.datasets.judged import Freshness, Group, Refusal
from service.datasets.texts import TEXTS
from service.portal.visit import Visit
from service.published import Served

ROUGH = 1.0
"""Metres from which an accuracy is not called exact."""


@dataclass(frozen=True)
class Quality:
    """All that is told of a dataset's quality; what is not known is None.

    `read` is the batch whose findings `groups` tells. `figures` is None of a raster.
    """

    read: Batch | None
    groups: list[Group]
    freshness: Freshness | None
    refusal: Refusal | None
    figures: Figures | None
    edits: int

    @property
    def remarks(self) -> int:
        """How many findings there are that somebody should look at."""
        return sum(each.n for each in self.groups if each.key not in {"assumed", "columns"})


def page(visit: Visit) -> Response:
    """Answer `/{language}/datasets/{dataset}/quality`."""
    served = served_of(visit)
    found = of(visit, served, batches.read(served.id, visit.live.database))
    title = f"{TEXTS.text('quality.title', visit.language)}: {visit.text_in(served.dataset.title)}"
    return page_of(visit, "quality", served, title=title, private=True, quality=found, rough=ROUGH)


def of(visit: Visit, served: Served, ledger: Ledger) -> Quality:
    """Return the quality of a dataset as the visitor may see it. Raises as `Database.read`."""
    read, looked, refused = ledger.read, ledger.looked, ledger.refused
    report = read.findings if read else None
    now = datetime.now(UTC)
    counted = None
    if not served.dataset.is_raster:
        counted = figures.of(served, visit.catalogue, visit.state.files, visit.live.database)
    return Quality(
        read,
        judged.groups(report, served.dataset, visit.language) if report else [],
        judged.freshness(served.dataset, looked, now) if looked else None,
        judged.refusal(refused, served.dataset, visit.language) if refused else None,
        counted,
        ledger.edits,
    )
