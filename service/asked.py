"""What the running request asks, for the parts that pygeoapi calls without telling them: provider, formatter, raster.

pygeoapi hands a provider boxes by two corners and no request. So the request is read once, strictly, before pygeoapi is
called, and stands here while it runs; `contextvars` keep each request's own also in the thread that works for it.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from service.parameters import ColumnsQuery, ItemsQuery, MapQuery
from service.published import Served

if TYPE_CHECKING:
    from service.state import Audience, State

type Document = dict[str, Any]
"""A JSON document."""


@dataclass(frozen=True)
class Asked:
    """One request, read: by whom (`audience`), of which state, in which language and format, for what.

    `path` is the path below the service's root (`/collections/x/items`), `params` the query as it was given.
    """

    state: "State"
    audience: "Audience"
    path: str
    params: Mapping[str, str]
    language: str
    format: str
    served: Served | None = None
    query: ItemsQuery | MapQuery | ColumnsQuery | None = None

    @property
    def root(self) -> str:
        """The address of the OGC API, without a slash at the end."""
        return str(self.audience.api.base_url)

    def href(self, path: str, **params: str | int | None) -> str:
        """Return the address of a path of the OGC API with query parameters; None leaves one out."""
        given = {name: value for name, value in params.items() if value is not None}
        return f"{self.root}{path}" + (f"?{urlencode(given, safe=',:/', quote_via=quote)}" if given else "")

    def again(self, **changes: str | int | None) -> str:
        """Return this request's own address with some parameters changed; None leaves one out."""
        return self.href(self.path, **{**self.params, **changes})

    def with_query(self, served: Served | None, query: ItemsQuery | MapQuery | ColumnsQuery | None) -> "Asked":
        """Return the request with the collection that it is for and its query."""
        return replace(self, served=served, query=query)


ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)
