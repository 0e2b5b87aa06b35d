"""The address of a dashboard: its filters are those of the map, so a link leads from one to the other. Pure.

`where.<dataset>` is a filter in CQL2, `date` the day for datasets that have time; what is not known is passed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import quote, urlencode

from catalogue import Dataset
from service.dashboards import conditions
from service.parameters import BadParameterError

WHERE, CHOOSE = "where.", "choose."
_LONGEST = 2000
"""Characters of a filter: longer ones are nobody's."""
_REPEATED = 600
"""Characters of all filters up to which each row leads on: a dashboard has some hundred links."""


@dataclass(frozen=True)
class Address:
    """What a dashboard is asked for. `path` is its own, `where` the filter of each dataset, `embedded`: for a frame."""

    path: str
    language: str
    where: Mapping[str, str] = field(default_factory=dict)
    date: str | None = None
    embedded: bool = False
    part: str | None = None

    def to(self, path: str | None = None, anchor: str | None = None, **changed: str | None) -> str:
        """Return the address of a path (its own if none is named) with these filters and changed parameters."""
        given: dict[str, str | None] = {f"{WHERE}{id_}": text for id_, text in sorted(self.where.items())}
        given |= {"date": self.date, "part": self.part, "embed": "1" if self.embedded else None, **changed}
        return written(path or self.path, given) + (f"#{anchor}" if anchor else "")

    def narrowed(self, dataset: str, condition: str | None) -> "Address":
        """Return the address with this filter of the dataset in place of its own."""
        where = {id_: text for id_, text in self.where.items() if id_ != dataset}
        return replace(self, where=where | ({dataset: condition} if condition else {}))

    @property
    def is_long(self) -> bool:
        """Whether the filters are too long to be repeated in a link of each row."""
        return sum(map(len, self.where.values())) > _REPEATED

    def condition(self, dataset: str, *more: str | None) -> str | None:
        """Return the filter of a dataset together with others."""
        return conditions.both(self.where.get(dataset), *more)

    def on_the_map(self, datasets: Iterable[Dataset], *more: str | None) -> str | None:
        """Return the map with the layers and their filters; None where none of them is on the map."""
        return self._map([each for each in datasets if each.map and each.has_geometry], more, {})

    def as_list(self, dataset: Dataset, *more: str | None) -> str:
        """Return the list of the dataset's features under the filters."""
        if dataset.map and dataset.has_geometry:
            return self._map([dataset], more, {"view": "list", "table": dataset.id}) or ""
        condition = self.condition(dataset.id, *more)
        path = f"/ogc/collections/{dataset.id}/items"
        return written(path, {"f": "html", "lang": self.language, "filter": condition})

    def _map(self, shown: list[Dataset], more: tuple[str | None, ...], view: Mapping[str, str]) -> str | None:
        if not shown:
            return None
        given: dict[str, str | None] = {"layers": ",".join(each.id for each in shown)}
        given |= {f"{WHERE}{each.id}": self.condition(each.id, *more) for each in shown}
        timed = any(each.time_columns for each in shown)
        return written(f"/{self.language}/map", {**given, "date": self.date if timed else None, **view})


def written(path: str, given: Mapping[str, str | None]) -> str:
    """Return an address with the parameters that are given; `/`, `:` and `,` stay readable."""
    query = urlencode({name: text for name, text in given.items() if text}, safe="/:,", quote_via=quote)
    return f"{path}?{query}" if query else path


def read(params: Mapping[str, str], path: str, language: str, known: Iterable[str]) -> Address:
    """Return what is asked of the datasets that are known. Raises BadParameterError for a date that is none."""
    where = {
        name.removeprefix(WHERE): text.strip()
        for name, text in params.items()
        if name.startswith(WHERE) and name.removeprefix(WHERE) in set(known) and text.strip()
    }
    for id_, text in where.items():
        if len(text) > _LONGEST:
            raise BadParameterError(f"{WHERE}{id_}", "length", low=1, high=_LONGEST)
    day = params.get("date", "").strip() or None
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise BadParameterError("date", "type-date") from error
    return Address(path, language, where, day, params.get("embed") == "1", params.get("part") or None)
