"""What the desk's worker publishes by: the loader, put into the desk's hands.

Here, because neither may know the other: the desk changes its states, the loader loads what follows from them.
"""

from catalogue import Dataset
from catalogue.sources import DeskSource
from commands.collection import catalogue_of
from desk.errors import NotPublished
from desk.publish import Change, Publisher
from settings import Settings


def publisher(settings: Settings) -> Publisher:
    """Return what runs a change and loads all datasets that are made of what the desk has published.

    The catalogue is read anew each time, for it may have changed while the worker ran.
    """

    def publish(change: Change) -> None:
        from etl import pipeline  # 100 MB that a worker which only checks does not need

        catalogue, _ = catalogue_of(settings)
        fed = [dataset for dataset in catalogue.datasets.values() if _is_fed(dataset)]
        for outcome in pipeline.publish_together(fed, catalogue, settings, change):
            if outcome.state == "refused":
                reason = next(iter(outcome.report.text(catalogue.portal.default_language)), "")
                raise NotPublished("collection-refused", dataset=outcome.dataset, reason=reason)

    return publish


def _is_fed(dataset: Dataset) -> bool:
    return any(isinstance(source, DeskSource) for source in dataset.sources)
