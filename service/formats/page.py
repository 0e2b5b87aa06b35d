"""What a format is, and what it is given to write. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from catalogue import Column, Dataset
from catalogue.layout import id_column
from service.asked import Asked
from service.jsontext import encode
from service.parameters import ItemsQuery


@dataclass(frozen=True)
class Page:
    """Features in order, as GeoJSON objects whose coordinates are in the query's CRS in the authority's axis order.

    `matched` is None where the number of all is not known; `links` are those of a GeoJSON answer; `single` when one
    feature is asked for by its id.
    """

    features: Sequence[Mapping[str, Any]]
    dataset: Dataset
    query: ItemsQuery
    matched: int | None = None
    links: Sequence[Mapping[str, Any]] = ()
    single: bool = False

    @property
    def columns(self) -> dict[str, Column]:
        """The columns that are shown, in order."""
        served = self.dataset.served
        return served if self.query.select is None else {name: served[name] for name in self.query.select}

    @property
    def id_name(self) -> str | None:
        """The name under which ids must be added, None when they stand in a shown column."""
        name = id_column(self.dataset)
        return None if name in self.columns else name

    @property
    def shows_geometry(self) -> bool:
        """Whether features have a geometry."""
        return self.dataset.has_geometry and self.query.geometry

    @property
    def crs_name(self) -> str:
        """The CRS of coordinates that are written x first."""
        crs = self.query.crs
        return "OGC:CRS84" if crs.is_lon_lat and not crs.swapped else f"EPSG:{crs.code}"

    def shapes(self) -> Any:  # noqa: ANN401 (an array of geometries)
        """Return the geometries, x first; None where a feature has none."""
        texts = [encode(each["geometry"]) if each["geometry"] else None for each in self.features]
        found = shapely.from_geojson(texts)
        return shapely.transform(found, lambda points: points[:, ::-1]) if self.query.crs.swapped else found


@dataclass(frozen=True)
class Format:
    """A form of features: its name as `f` has it, and what writes a page in it as bytes.

    `accepted` are the media types of an Accept header that mean it.
    """

    name: str
    media_type: str
    extension: str
    write: Callable[[Page, Asked], bytes]
    accepted: tuple[str, ...] = ()
