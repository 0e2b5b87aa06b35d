"""The pygeoapi feature provider over the published tables.

pygeoapi loads it by name for each request (`provide`); the object itself is made once per state and collection. In our
own shell the query has been read strictly beforehand (`service.asked`); under stock pygeoapi, with the configuration
that `./krajina config` prints, the arguments of pygeoapi are read by the same reader.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg2.extensions import cursor
from pygeoapi.provider.base import BaseProvider, ProviderInvalidQueryError, ProviderItemNotFoundError

from catalogue import Dataset
from catalogue.layout import id_column
from service import features, fields
from service.asked import ASKED
from service.changes import past
from service.crs import CRS84, CRS84_URI, Crs, offer
from service.database import Database
from service.paging import Page, counts
from service.parameters import BadParameterError, ItemsQuery, NoSuchFeatureError, feature_id, items_query

NAME = "service.provider.provide"
"""How the configuration names this provider."""


class PostgisFeatures(BaseProvider):  # type: ignore[misc]  # pygeoapi has no types
    """Features of one dataset. Rows come as JSON texts in our shell, as objects under stock pygeoapi."""

    def __init__(self, definition: Mapping[str, Any], dataset: Dataset, database: Database) -> None:
        super().__init__(dict(definition))
        self.dataset = dataset
        self._database = database

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The served columns with their JSON types; a new mapping each time."""
        return fields.types(self.dataset)

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """Return what `fields` has: pygeoapi asks in both ways."""
        return self.fields

    def query(self, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 (pygeoapi's arguments)
        """Return a FeatureCollection without links.

        `numberMatched` is there when it is known. In our shell `features` are JSON texts unless a page is asked for,
        and `continue` has the parameters of the next page. Raises what `Database.read` raises.
        """
        asked = ASKED.get()
        if asked and isinstance(asked.query, ItemsQuery):
            return self._page(asked.query, texts=asked.format == "json", telling_next=True)
        try:
            query = items_query(_as_parameters(arguments), self.dataset)
        except BadParameterError as error:
            raise ProviderInvalidQueryError(user_msg=str(error)) from error
        return self._page(query, texts=False, telling_next=False)

    def get(self, identifier: str, crs_transform_spec: Any = None, **_: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return one Feature with the ids before and after it. Raises ProviderItemNotFoundError."""
        asked = ASKED.get()
        query = asked.query if asked else None
        crs = query.crs if isinstance(query, ItemsQuery) else _crs(crs_transform_spec, self.dataset)
        try:
            id_ = feature_id(identifier, self.dataset)
        except NoSuchFeatureError as error:
            raise ProviderItemNotFoundError from error

        batch = asked.query.batch if asked and isinstance(asked.query, ItemsQuery) else None

        def read(ask: cursor) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
            ask.execute(features.lock([self.dataset]) + features.one(id_, self.dataset, crs, batch))
            found = ask.fetchall()
            ask.execute(features.neighbours(id_, self.dataset, batch))
            return found, ask.fetchone() or ()

        rows, beside = self._database.read(read)
        if not rows:
            raise ProviderItemNotFoundError
        *row, written = rows[0]
        feature = features.parsed(features.texts([tuple(row)], crs))[0] | ({"written": written} if asked else {})
        return feature | {name: id_ for name, id_ in zip(("prev", "next"), beside, strict=True) if id_ is not None}

    def get_domains(self, properties: Sequence[str] = (), current: bool = False) -> tuple[dict[str, list[Any]], bool]:  # noqa: ARG002 (pygeoapi's signature)
        """Return the values that stand in each column now, where they are few enough to choose from; and that they do.

        Raises as `Database.read`.
        """
        named = [name for name in self.dataset.served if not properties or name in properties]

        def read(ask: cursor) -> dict[str, list[Any]]:
            features.extent(self.dataset, ask)
            return {name: features.domain(name, self.dataset, ask) for name in named}

        return {name: values for name, values in self._database.read(read).items() if values}, True

    def _page(self, query: ItemsQuery, *, texts: bool, telling_next: bool) -> dict[str, Any]:
        page = self._database.read(lambda ask: self._read(query, ask))
        collection: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [text for _, text in page.rows] if texts else features.parsed(page.rows),
            "numberReturned": len(page.rows),
        }
        if page.matched is not None:
            collection["numberMatched"] = page.matched
        return collection | ({"continue": page.beside} if telling_next else {})

    def _read(self, query: ItemsQuery, ask: cursor) -> Page:
        """Return the page in the snapshot of the cursor."""
        total, extent = features.extent(self.dataset, ask)
        if query.batch is not None:
            extent = past.extent(self.dataset, ask)
        where = features.filters(query, self.dataset, extent, ask)
        rows: list[features.Row] = []
        if not query.hits:
            ask.execute(features.page(query, self.dataset, where))
            rows = features.texts(ask.fetchall(), query.crs)
        page = Page.cut(rows, query, total)
        if page.matched is None and counts(self.dataset, query):
            ask.execute(features.count(self.dataset, where, query.batch))
            page = page.counted(int((ask.fetchone() or (0,))[0]))
        return page


def provide(definition: Mapping[str, Any]) -> PostgisFeatures:
    """Return the provider of a collection: the running request's, else one made from the environment."""
    asked = ASKED.get()
    name = str(definition["data"]["dataset"])
    if asked:
        return asked.audience.providers[name]
    from service.state import from_environment  # a stock pygeoapi process has no state before it is asked

    return from_environment().public.providers[name]


def _crs(spec: Any, dataset: Dataset) -> Crs:  # noqa: ANN401 (pygeoapi's CrsTransformSpec)
    return offer(dataset)[spec.target_crs_uri] if spec else CRS84


def _as_parameters(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return pygeoapi's arguments of a query in the form of query parameters; its boxes are in CRS84."""
    spec = arguments.get("crs_transform_spec")
    given = {
        "limit": arguments.get("limit", 10),
        "offset": arguments.get("offset", 0),
        "bbox": ",".join(map(repr, arguments.get("bbox") or [])),
        "datetime": arguments.get("datetime_"),
        "sortby": ",".join(term["order"] + term["property"] for term in arguments.get("sortby") or []),
        "properties": ",".join(arguments.get("select_properties") or []),
        "skipGeometry": "true" if arguments.get("skip_geometry") else "",
        "resulttype": arguments.get("resulttype") or "results",
        "filterq": "" if arguments.get("filterq") is None else "filter",  # read by pygeoapi, wrongly: refused
        "crs": spec.target_crs_uri if spec else CRS84_URI,
        **dict(arguments.get("properties") or []),
    }
    return {name: str(value) for name, value in given.items() if value not in {None, ""}}


def definition(dataset: Dataset, crs: Sequence[str]) -> dict[str, Any]:
    """Return the provider part of a collection's configuration.

    CRS84 is declared as the storage CRS, so that pygeoapi hands CRS84 boxes through as they are; the true one is said
    in the collection document.
    """
    label = dataset.map.label if dataset.map else None
    return {
        "type": "feature",
        "name": NAME,
        "data": {"dataset": dataset.id},
        "id_field": id_column(dataset),
        "crs": list(crs),
        "storage_crs": CRS84_URI,
    } | ({"title_field": label} if label else {})
