"""From what was counted to what is said: every part of a dashboard as a finding, a table and a drawing in one language.

The finding is written from the figures themselves, so it can never be older than the drawing that it stands below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalogue.dashboards import (
    AnniversariesPart,
    AnyPart,
    BarsPart,
    FiguresPart,
    GapsPart,
    MapPart,
    TablePart,
    TimelinePart,
    TreemapPart,
    datasets_of,
)
from service.dashboards.grouped import of_bars, of_table, of_timeline, of_treemap
from service.dashboards.listed import of_anniversaries, of_figures, of_gaps, of_map
from service.dashboards.reading import Answers, Reading
from service.dashboards.told import Told
from service.dashboards.words import Words
from service.published import Served


@dataclass(frozen=True)
class Teller:
    """Tells parts in the language of the words, with links to where their rows can be seen."""

    words: Words
    reading: Reading

    @property
    def served(self) -> Mapping[str, Served]:
        """The datasets that may be spoken of."""
        return self.reading.served

    def told(self, part: AnyPart, answers: Answers | None) -> Told:
        """Return what a part says. `answers` None: it cannot be shown, which is said."""
        several = [self.served[id_] for id_ in datasets_of(part)]
        address = self.reading.address
        datasets = [each.dataset for each in several]
        made = Told(part, self.words.of(part.title), self.words.of(part.description), self.words.text("failed"))
        if answers is None:
            return replace(made, failed=True)
        made = replace(
            made,
            sources=self.words.sources(several),
            on_map=address.on_the_map(datasets, getattr(part, "where", None)),
            as_list=address.as_list(datasets[0], getattr(part, "where", None)) if len(datasets) == 1 else None,
        )
        return _KINDS[type(part)](self.words, self.reading, made, answers)


_KINDS: Mapping[type, Callable[[Words, Reading, Any, Answers], Told]] = {
    FiguresPart: of_figures,
    BarsPart: of_bars,
    TimelinePart: of_timeline,
    TreemapPart: of_treemap,
    TablePart: of_table,
    GapsPart: of_gaps,
    AnniversariesPart: of_anniversaries,
    MapPart: of_map,
}
