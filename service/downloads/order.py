"""What a file is made of, complete in itself: which table and batch, which columns under which titles. Pure.

An order goes to the process that makes the file, so that this one needs no catalogue; and its hash is part of the
file's name, so that a column made private, or a new title, makes a new file.
"""

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from catalogue import Catalogue
from catalogue.layout import GEOMETRY, ID, id_column, lon_lat_column, srid, table_name
from catalogue.values import text_in
from service.fields import title
from service.notices import made_up_notice
from service.published import Served

WRITING = 1
"""Raised whenever a writer writes otherwise: files made before are then made anew."""
_HASH = 8


@dataclass(frozen=True)
class Field:
    """One column as it is exported."""

    name: str
    type: str
    title: str
    unit: str | None = None


@dataclass(frozen=True)
class Order:
    """What a file of one batch of one dataset is made of; texts are in the portal's own language.

    `geometry` is the dataset's geometry type, `none` without one; `crs` the EPSG number in which it is kept; `lon_lat`
    the column with the geometry in degrees. `label` is the column by which features are called.

    `past` is the SQL of the rows of a batch that is not the published one, named as the table is; "" for the published
    one. `archive` is the number of the history, put aside, in which they stand; 0: in that of the table as it is.
    """

    dataset: str
    batch: int
    published: str
    table: str
    id: str
    fields: tuple[Field, ...]
    geometry: str
    crs: int
    lon_lat: str
    label: str | None
    language: str
    title: str
    description: str
    attribution: str
    licence: str
    notice: str
    past: str = ""
    archive: int = 0

    @property
    def has_geometry(self) -> bool:
        """Whether rows have a geometry."""
        return self.geometry != "none"

    @property
    def is_points(self) -> bool:
        """Whether every geometry is one point, so that two numbers say it."""
        return self.geometry == "Point"

    @property
    def version(self) -> str:
        """Batch and hash of all the rest: what tells one content from another."""
        content = json.dumps([WRITING, dataclasses.asdict(self)], sort_keys=True, ensure_ascii=False)
        return f"{self.batch}-{hashlib.sha256(content.encode()).hexdigest()[:_HASH]}"

    def about(self) -> dict[str, str]:
        """Return what a file says of itself: title, whose it is, its terms, and of which batch it is."""
        said = {
            "title": self.title,
            "description": self.description,
            "attribution": self.attribution,
            "licence": self.licence,
            "notice": self.notice,
            "published": self.published,
            "batch": str(self.batch),
        }
        return {name: text for name, text in said.items() if text}


def order_of(served: Served, catalogue: Catalogue) -> Order:
    """Return the order of a collection that has a table; columns that may not be shown are not in it."""
    dataset, portal = served.dataset, catalogue.portal
    publisher, licence = catalogue.publishers.get(dataset.publisher), catalogue.licences.get(dataset.licence)
    language, own = portal.default_language, id_column(dataset)
    made = [Field(ID, "text", ID)] if own == ID else []
    notice = made_up_notice(portal, language)
    fields = [
        Field(name, column.type, title(name, column, catalogue, language), column.unit)
        for name, column in dataset.served.items()
    ]
    return Order(
        dataset=dataset.id,
        batch=served.published.batch,
        published=served.published.published.isoformat(timespec="seconds"),
        table=table_name(dataset.id),
        id=own,
        fields=(*made, *fields),
        geometry=dataset.geometry,
        crs=srid(dataset.crs),
        lon_lat=lon_lat_column(dataset) or GEOMETRY,
        label=dataset.map.label if dataset.map else None,
        language=language,
        title=text_in(dataset.title, language),
        description=text_in(dataset.description, language),
        attribution=text_in(publisher.name, language) if publisher else "",
        licence=licence.url if licence else "",
        notice=notice if dataset.made_up else "",
    )


def written(order: Order) -> str:
    """Return the order as JSON."""
    return json.dumps(dataclasses.asdict(order), ensure_ascii=False)


def read(text: str) -> Order:
    """Return the order that was written. Raises ValueError, KeyError, TypeError for anything else."""
    parts = json.loads(text)
    return Order(**{**parts, "fields": tuple(Field(**each) for each in parts["fields"])})
