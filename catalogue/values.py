"""Small values that dataset files are made of: texts in languages, CRS names, durations, shares, areas.

Apart from the model so that each form is stated, parsed and refused in one place. Refusals carry a finding's code and
values, not a sentence: the sentence is chosen later, in the reader's language.
"""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

Language = Literal["cs", "de", "pl", "en"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Text = dict[Language, Line]
"""One text in one or more languages."""

NAME = re.compile(r"[a-z][a-z0-9_]*")
IDENTIFIER_BYTES = 63
"""Longest identifier that PostgreSQL keeps whole (NAMEDATALEN - 1)."""
ID_LENGTH = 40
"""Longest dataset id: the table, its indexes and its archived histories must fit an identifier."""

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_DAYS = (365, 30, 7, 1)


class Frozen(BaseModel):
    """A part of a dataset file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


def refuse(code: str, **values: Any) -> PydanticCustomError:  # noqa: ANN401 (values are what a text shows)
    """Return the error of a value that is not right, as a finding's code and values."""
    return PydanticCustomError(code, code, values)


def text_in(text: Text, language: str, default: str = "en") -> str:
    """Return the text in the language, else in the default language, else in whichever it has; "" if in none."""
    for wanted in (language, default, *text):
        if wanted in text:
            return text[wanted]
    return ""


def duration(text: str) -> timedelta | None:
    """Return an ISO 8601 duration as a time (year = 365 days, month = 30); None for `irregular`.

    Raises a finding's error for anything else, the empty duration `P` too.
    """
    if text == "irregular":
        return None
    match = _DURATION.fullmatch(text)
    if not match or text.endswith(("P", "T")):
        raise refuse("VALUE-DURATION", value=text)
    years, months, weeks, days, hours, minutes = (int(group or 0) for group in match.groups())
    dated = sum(n * length for n, length in zip((years, months, weeks, days), _DAYS, strict=True))
    return timedelta(days=dated, hours=hours, minutes=minutes)


def _valid_duration(text: str) -> str:
    duration(text)
    return text


def _crs(text: str) -> str:
    if not re.fullmatch(r"EPSG:\d{4,6}", text):
        raise refuse("VALUE-CRS", value=text)
    return text


def _name(text: str) -> str:
    if not NAME.fullmatch(text) or len(text) > IDENTIFIER_BYTES or text in RESERVED:
        raise refuse("VALUE-NAME", value=text)
    return text


def _share(value: object) -> object:
    """Read `20 %` as 0.2; a number is taken as it is."""
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*%\s*", value)):
        return float(match[1].replace(",", ".")) / 100
    if isinstance(value, str):
        raise refuse("VALUE-SHARE", value=value)
    return value


def _area(value: object) -> object:
    """Read `1 m²` or `1 m2` as 1.0 (square metres); a bare number is refused: a unit not said is a unit guessed."""
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*m[²2]\s*", value)):
        return float(match[1].replace(",", "."))
    raise refuse("VALUE-AREA", value=str(value))


def _metres(value: object) -> object:
    """Read `25 m` as 25.0; a bare number is refused, as of an area."""
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*m\s*", value)):
        return float(match[1].replace(",", "."))
    raise refuse("VALUE-LENGTH", value=str(value))


RESERVED = frozenset(
    {"geom", "geom_84", "geometry", "bbox", "datetime", "limit", "offset", "crs", "filter", "f", "lang"}
)
"""Names a column cannot have: ours in the table, and those of OGC API query parameters."""

Duration = Annotated[str, AfterValidator(_valid_duration)]
Crs = Annotated[str, AfterValidator(_crs)]
ColumnName = Annotated[str, AfterValidator(_name)]
Share = Annotated[float, BeforeValidator(_share)]
SquareMetres = Annotated[float, BeforeValidator(_area), PlainSerializer(lambda area: f"{area!r} m²")]
Metres = Annotated[float, BeforeValidator(_metres), PlainSerializer(lambda length: f"{length!r} m")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees (CRS84)."""
