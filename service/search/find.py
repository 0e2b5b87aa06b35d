"""The way of a search: words, their meanings, names, order, answer; all in one snapshot of the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from service.search.answer import told
from service.search.meanings import Understood
from service.search.ranking import Hit, prior, score
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

    `results` are features, best first (`answer.told`), `datasets` and `dashboards` those with such a title or keyword,
    `places` what it means as coordinates; then it means nothing else.

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
        return {"results": [], "datasets": [], "dashboards": [], "places": places}
    served = {each.id: each for each in shown}
    searched = {id_: each.published.definition for id_, each in served.items() if _is_searched(each)}
    found = database.read(lambda ask: _found(text, limit, searched, served, ask)) if searched else []
    default = catalogue.portal.default_language
    for each in found:
        each["layer"] = text_in(served[each["collection"]].dataset.title, language, default)
    boards = [board for board in catalogue.dashboards.values() if may_be_shown(board.parts, served)]
    titled = {"datasets": of_datasets(served.values(), catalogue), "dashboards": of_dashboards(boards)}
    titles = {kind: [_titled(each, language, default) for each in by_title(text, of)] for kind, of in titled.items()}
    return {"results": found, **titles, "places": []}


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
    """Names found so far, each with its score; the same name may be found by several steps."""

    searched: Searched
    served: Mapping[str, Served]
    limit: int
    ask: cursor
    scores: dict[tuple[str, str], tuple[float, Hit]]

    def take(self, steps: Iterable[str], asked: Sequence[Understood], enough: int) -> None:
        """Take one step after the other until there are enough names."""
        for step in steps:
            for hit in hits.find(self.searched.values(), step, self.limit, self.ask):
                value = score(hit.words, asked) + self._prior(hit.dataset)
                known = self.scores.get((hit.dataset, hit.id))
                if known is None or value > known[0]:
                    self.scores[hit.dataset, hit.id] = value, hit
            if len(self.scores) >= enough:
                return

    def best(self) -> list[Hit]:
        """Return the best names, equal ones in the order of the alphabet."""
        order = sorted(self.scores.values(), key=lambda each: (-each[0], each[1].words, each[1].dataset, each[1].id))
        return [hit for _, hit in order[: self.limit]]

    def _prior(self, dataset: str) -> float:
        served = self.served[dataset]
        return prior(served.published.rows, is_municipality=is_municipality(served))


def _found(
    text: str, limit: int, searched: Searched, served: Mapping[str, Served], ask: cursor
) -> list[dict[str, Any]]:
    """Return the features that the text names, looking farther only while little was found."""
    ask.execute("SET LOCAL enable_seqscan = off")  # a table's index is always the better way, however it is estimated
    ask.execute(lock(searched.values()))
    names = list(searched)
    asked = meanings.read(text, names, ask)
    if not asked:
        return []
    gathered = _Gathered(searched, served, limit, ask, {})
    gathered.take(hits.steps(asked), asked, limit)
    if len(gathered.scores) < (ENOUGH if len(asked) == 1 else 1):
        gathered.take(hits.steps(asked, typos=True), asked, ENOUGH)
    if not gathered.scores:
        wider = meanings.wider(asked, names, ask)
        again = hits.steps(wider, typos=True) if wider != asked else []
        gathered.take([*again, *hits.fewer(wider)], wider, 1)
    return told(gathered.best(), served, ask)
