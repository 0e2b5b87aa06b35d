"""How the data are had by program: lines that can be copied and do run. Pure."""

from dataclasses import dataclass
from urllib.parse import quote

from service.datasets.figures import Figures
from service.published import Served

_ALL = """\
import json
from urllib.request import urlopen

address = "{items}?limit={limit}"
features = []
while address:
    with urlopen(address) as answer:
        page = json.load(answer)
    features += page["features"]
    address = next((each["href"] for each in page["links"] if each["rel"] == "next"), None)
print(len(features))
"""
_FRAME = """\
import geopandas

data = geopandas.read_file("{root}/downloads/{id}.gpkg")
print(data.head())
"""
_CURL = "curl -fO --retry 5"
"""A file that is still being made is answered with 503 and when to come back: that is no file to keep."""


@dataclass(frozen=True)
class Example:
    """Lines of one language; `key` names the text that says what they do."""

    key: str
    language: str
    code: str


def examples(served: Served, root: str, figures: Figures | None) -> list[Example]:
    """Return the examples for a dataset whose API stands at `root`, without a slash at the end."""
    collection = f"{root}/collections/{served.id}"
    if served.dataset.is_raster:
        whole = f'{_CURL} "{collection}/downloads/{served.id}.tif"'
        return [
            Example("whole", "curl", whole),
            Example("picture", "curl", f'curl -o map.png "{collection}/map?width=1200&height=800"'),
        ]
    found = [
        Example("whole", "curl", f'{_CURL} "{collection}/downloads/{served.id}.csv"'),
        Example("some", "curl", f'curl "{collection}/items?f=json&limit=10{_filter(figures)}"'),
        Example("all", "python", _ALL.format(items=f"{collection}/items", limit=served.dataset.paging.max)),
    ]
    if served.dataset.has_geometry:
        found.append(Example("frame", "python", _FRAME.format(root=collection, id=served.id)))
    return found


def _filter(figures: Figures | None) -> str:
    """Return a filter by the most frequent code of the first column that has codes; "" if none has."""
    coded = next((each for each in figures.coded if each.counts), None) if figures else None
    return f"&{coded.column}={quote(next(iter(coded.counts)))}" if coded else ""
