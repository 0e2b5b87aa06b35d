"""The way of a search: words, their meanings, names, order, answer; all in one snapshot of the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg2.extensions import cursor

from catalogue import Catalogue, Dataset
from catalogue.layout import search_columns
from catalogue.values import text_in
from service.coordinates import written
from service.dashboards.reading import shown as may_be_shown
from service.database import Database
from service.features import lock
from service.parameters import BadParameterError, Box, only, whole
from service.place.question import is_municipality
from service.published import Served
from service.search import hits, meanings
from service.search.answer import is_line, told
from service.search.meanings import Understood
from service.search.question import Word, house
from service.search.ranking import Hit, holds, house_number, prior, score
from service.search.texts import TEXTS
from service.search.titles import Titled, by_title, of_dashboards, of_datasets

SHORTEST, LONGEST = 2, 100
DEFAULT_LIMIT, MOST = 10, 50
ENOUGH = 5
"""Names from which on nobody is taken to have misspelt one word; of several words a single name is enough."""

type Searched = Mapping[str, Dataset]
"""Datasets that are searched, by id, as they were loaded: so the index of names was made."""


def search(
    params: Mapping[str, str], shown: Iterable[Served], catalogue: Catalogue, language: str, database: Database
) -> dict[str, Any]:
    """Return what the text `q` may mean: features, datasets, dashboards, places.

    `results` are features, best first (`answer.told`); `number` tells of a house number that is asked for and that none
    has (`asked`, and the sentence `text`), else None. `datasets` and `dashboards` are those with such a title or
    keyword, `places` what the text means as coordinates; then it means nothing else.

    Raises BadParameterError, and as `Database.read`.
    """
    only(params, frozenset({"q", "lang", "limit"}))
    text = params.get("q", "").strip()
    if not SHORTEST <= len(text) <= LONGEST:
        raise BadParameterError("q", "length", low=SHORTEST, high=LONGEST)
    limit = whole(params, "limit", DEFAULT_LIMIT, 1, MOST)
    served = {each.id: each for each in shown}
    places = [_place(each) for each in written.read(text, Box(*catalogue.portal.view))]
    if places:
        return {"results": [], "number": None, "datasets": [], "dashboards": [], "places": places}
    searched = {id_: each.published.definition for id_, each in served.items() if _is_searched(each)}
    found, missing = database.read(lambda ask: _found(text, limit, searched, served, ask)) if searched else ([], None)
    default = catalogue.portal.default_language
    for each in found:
        each["layer"] = text_in(served[each["collection"]].dataset.title, language, default)
    boards = [board for board in catalogue.dashboards.values() if may_be_shown(board.parts, served)]
    titled = {"datasets": of_datasets(served.values(), catalogue), "dashboards": of_dashboards(boards)}
    titles = {kind: [_titled(each, language, default) for each in by_title(text, of)] for kind, of in titled.items()}
    return {"results": found, "number": _missing(missing, found, language), **titles, "places": []}


def _missing(number: Word | None, found: Sequence[Mapping[str, Any]], language: str) -> dict[str, str] | None:
    """Return what is said of a number that no name has; None if it is there, or nothing was found at all."""
    if number is None or not found:
        return None
    label = found[0]["label"]
    key = "number.nearest" if any(each.isdigit() for each in label) else "number.without"
    return {"asked": number.text, "text": TEXTS.text(key, language, number=number.text, label=label)}


def _titled(titled: Titled, language: str, default: str) -> dict[str, str]:
    texts = {"title": titled.title, "description": titled.description}
    return {"id": titled.id} | {name: text_in(text, language, default) for name, text in texts.items()}


def _is_searched(served: Served) -> bool:
    """Tell whether names of the dataset were indexed, may be searched now, and hold nothing that is not shown."""
    indexed = search_columns(served.published.definition)
    return bool(indexed and search_columns(served.dataset)) and set(indexed) <= set(served.dataset.served)


def _place(place: written.Written) -> dict[str, Any]:
    return {"lon": place.lon, "lat": place.lat, "crs": f"EPSG:{place.code}"}


@dataclass
class _Gathered:
    """Names found so far, each with its score, and the steps taken; the same name may be found by several steps."""

    searched: Searched
    served: Mapping[str, Served]
    limit: int
    ask: cursor
    scores: dict[tuple[str, str], tuple[float, Hit]] = field(default_factory=dict)
    taken: set[tuple[str, int | None]] = field(default_factory=set)

    def take(self, steps: Iterable[str], asked: Sequence[Understood], enough: int, *, near: Word | None = None) -> None:
        """Take one step after the other until there are enough names; with `near`, those nearest to that number."""
        number = house(near.text) if near else None
        for step in steps:
            if (step, number) in self.taken:
                continue
            self.taken.add((step, number))
            for hit in hits.find(self.searched.values(), step, self.limit, self.ask, near=number):
                value = score(hit, asked) + self._prior(hit.dataset)
                known = self.scores.get((hit.dataset, hit.id))
                if known is None or value > known[0]:
                    self.scores[hit.dataset, hit.id] = value, hit
            if len(self.scores) >= enough:
                return

    def holds(self, number: Word) -> bool:
        """Tell whether one of the names has the very number."""
        return any(holds(hit, number) for _, hit in self.scores.values())

    def best(self) -> list[Hit]:
        """Return the best names, equal ones by the alphabet; more of them where several may be parts of one line."""
        order = sorted(self.scores.values(), key=lambda each: (-each[0], each[1].words, each[1].dataset, each[1].id))
        may_be_parts = any(is_line(self.searched[hit.dataset]) for _, hit in order)
        return [hit for _, hit in order[: self.limit * (2 if may_be_parts else 1)]]

    def _prior(self, dataset: str) -> float:
        served = self.served[dataset]
        return prior(served.published.rows, is_municipality=is_municipality(served))


def _found(
    text: str, limit: int, searched: Searched, served: Mapping[str, Served], ask: cursor
) -> tuple[list[dict[str, Any]], Word | None]:
    """Return the features that the text names, and the house number in it if none of the best has it.

    It looks farther only while little was found.
    """
    ask.execute("SET LOCAL enable_seqscan = off")  # a table's index is always the better way, however it is estimated
    ask.execute(lock(searched.values()))
    names = list(searched)
    asked = meanings.read(text, names, ask)
    if not asked:
        return [], None
    gathered = _Gathered(searched, served, limit, ask)
    gathered.take(hits.steps(asked), asked, limit)
    if len(gathered.scores) < (ENOUGH if len(asked) == 1 else 1):
        gathered.take(hits.steps(asked, typos=True), asked, ENOUGH)
    number = house_number(asked)
    if number and not gathered.holds(number):
        gathered.take([hits.street(asked)], asked, 1, near=number)
    if not gathered.scores:
        wider = meanings.wider(asked, names, ask)
        again = hits.steps(wider, typos=True) if wider != asked else []
        gathered.take([*again, *hits.fewer(wider)], wider, 1, near=number)
    best = gathered.best()
    is_there = number is None or any(holds(hit, number) for hit in best)
    return told(best, served, ask)[:limit], None if is_there else number
