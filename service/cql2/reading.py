"""A filter as it is asked for: read, checked against the dataset, and made a condition that can be bound to data."""

from dataclasses import dataclass, field

from psycopg2 import sql

from catalogue import Dataset
from service.cql2 import JSON, document, meaning, text
from service.cql2.tree import measure
from service.crs import Crs


@dataclass(frozen=True)
class Filter:
    """A filter that is understood. `condition` has spatial predicates yet unbound: see `binding.bound`.

    `asked` is the filter as it was written, its language and CRS: two are the same for certain if these are.
    """

    condition: sql.Composable
    asked: tuple[str, str, str] = field(compare=False)


def read(source: str, language: str, crs: Crs, dataset: Dataset) -> Filter:
    """Return a filter in `cql2-text` or `cql2-json` whose geometries are in `crs`, axes in the authority's order.

    Raises FilterError for whatever is not understood; its `located(source)` has the values of its message.
    """
    root = document.read(source) if language == JSON else text.read(source)
    measure(root)
    return Filter(meaning.condition(root, dataset, crs), (source, language, crs.uri))
