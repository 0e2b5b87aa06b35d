"""The list of datasets by theme, with a search that needs no script."""

from collections.abc import Iterable

from starlette.responses import Response

from catalogue.vocabularies import Theme
from service.datasets.frame import page_of
from service.datasets.texts import TEXTS
from service.folding import folded
from service.parameters import only
from service.portal.visit import Visit
from service.published import Served

LONGEST = 100
"""Letters of a question that are read."""
_STEM = 5
"""Words from so many letters on are found in other endings too: without their last two."""
_ENDING = 2


def page(visit: Visit) -> Response:
    """Answer `/{language}/datasets`; `q` keeps to what has all its words, `theme` to one theme.

    Raises BadParameterError.
    """
    only(visit.params, frozenset({"q", "theme"}))
    asked, theme = visit.params.get("q", "").strip()[:LONGEST], visit.params.get("theme", "")
    version = visit.version(of=visit.served.values())
    if (known := visit.known(version)) is not None:
        return known
    words = folded(asked).split()
    found = [each for each in visit.served.values() if has(_text(visit, each), words)]
    shown = [each for each in found if theme in {"", each.dataset.theme}]
    return page_of(
        visit,
        "list",
        version=version,
        title=TEXTS.text("title", visit.language),
        groups=_groups(visit, shown),
        n=len(shown),
        q=asked,
        theme=theme,
        themes={name: visit.text_in(each.title) for name, each in _themes(visit) if _is_used(name, visit)},
    )


def has(text: str, words: Iterable[str]) -> bool:
    """Return whether a folded text has all the words, the longer ones in any ending."""
    return all((word[:-_ENDING] if len(word) >= _STEM else word) in text for word in words)


def _text(visit: Visit, served: Served) -> str:
    """Return all that may be searched for of a dataset, in all languages: people ask in their own."""
    dataset = served.dataset
    publisher = visit.catalogue.publishers.get(dataset.publisher)
    parts = [
        dataset.id,
        *dataset.title.values(),
        *dataset.description.values(),
        *(word for words in dataset.keywords.values() for word in words),
        *(publisher.name.values() if publisher else ()),
        *(title for column in dataset.served.values() for title in column.title.values()),
    ]
    return folded(" ".join(parts))


def _groups(visit: Visit, shown: Iterable[Served]) -> list[tuple[str, str, list[Served]]]:
    """Return the datasets by name and title of their theme, in the order of themes; those of no known theme last."""
    grouped: dict[str, list[Served]] = {}
    for each in shown:
        grouped.setdefault(each.dataset.theme, []).append(each)
    names = [name for name, _ in _themes(visit)]
    order = [*(name for name in names if name in grouped), *(name for name in grouped if name not in names)]
    titles = {name: visit.text_in(each.title) for name, each in _themes(visit)}
    return [(name, titles.get(name, name), grouped[name]) for name in order]


def _themes(visit: Visit) -> list[tuple[str, Theme]]:
    return sorted(visit.catalogue.themes.items(), key=lambda item: (item[1].order, item[0]))


def _is_used(name: str, visit: Visit) -> bool:
    return any(each.dataset.theme == name for each in visit.served.values())
