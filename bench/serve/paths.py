"""How a request becomes an address of a server: the standard's paths, and where servers go their own way."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bench.serve.asks import Ask

type Words = Callable[[Ask], list[tuple[str, str]]]


def cql2(geometry: str) -> Words:
    """Return how a polygon and a category are asked for in CQL2 text, by the name of the geometry."""

    def words(ask: Ask) -> list[tuple[str, str]]:
        text = f"S_INTERSECTS({geometry},{ask.polygon}) AND category='{ask.category}'"
        return [("filter-lang", "cql2-text"), ("filter", text)]

    return words


def plain(ask: Ask) -> list[tuple[str, str]]:
    """Return the polygon and the category as parameters of their own: raw SQL parses no filter."""
    return [("wkt", ask.polygon), ("category", ask.category)]


@dataclass(frozen=True)
class Paths:
    """The addresses of a server; None stands for what it cannot do."""

    prefix: str = ""
    collection: str = "{name}"
    items: str = "/items"
    item: str = "/items/{id}"
    tile: str | None = "/tiles/WebMercatorQuad/{z}/{y}/{x}"
    extra: str = ""
    tile_extra: str = ""
    words: Words | None = None
    categories: bool = True

    def of(self, ask: Ask) -> str | None:
        """Return the path and query of a request, or None if this server cannot answer it."""
        base = f"{self.prefix}/collections/{self.collection.format(name=ask.collection)}"
        if ask.tile:
            z, x, y = ask.tile
            return None if self.tile is None else base + self.tile.format(z=z, x=x, y=y) + _query(self.tile_extra)
        if ask.feature:
            return base + self.item.format(id=ask.feature) + _query(self.extra)
        asked = [("limit", str(ask.limit))]
        if ask.offset:
            asked.append(("offset", str(ask.offset)))
        if ask.box:
            asked.append(("bbox", ",".join(map(str, ask.box))))
        if ask.polygon:
            if self.words is None:
                return None
            asked += self.words(ask)
        elif ask.category:
            if not self.categories:
                return None
            asked.append(("category", ask.category))
        return base + self.items + _query(urlencode(asked, quote_via=quote, safe=","), self.extra)


def _query(*parts: str) -> str:
    said = "&".join(filter(None, parts))
    return f"?{said}" if said else ""
