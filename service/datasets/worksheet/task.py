"""A task of a worksheet and its answer, said in the language of the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from findings import dates_of
from service.datasets.texts import TEXTS


@dataclass(frozen=True)
class Task:
    """What is asked, and the answer; `lines` are how many the pupil gets to write on."""

    text: str
    answer: str
    lines: int = 1


@dataclass(frozen=True)
class Speaker:
    """Says tasks in one language."""

    language: str

    def task(self, key: str, answer: str, lines: int = 1, /, **values: Any) -> Task:  # noqa: ANN401 (what a text shows)
        """Return the task of a key with its answer."""
        return Task(TEXTS.text(f"task.{key}", self.language, **values), answer, lines)

    def text(self, key: str, /, **values: Any) -> str:  # noqa: ANN401
        """Return a text of worksheets."""
        return TEXTS.text(f"worksheet.{key}", self.language, **values)

    def rounded(self, value: Decimal, digits: int) -> str:
        """Return a number with so many decimals, a half rounded up as pupils learn it."""
        form = "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(half_up(value, digits), format=form, locale=self.language))

    def equals(self, value: Decimal, digits: int) -> str:
        """Return how a result is written: `= 5.0` if it is that, `≈ 5.0` if it was rounded to so many decimals."""
        return f"{'=' if half_up(value, digits) == value else '≈'} {self.rounded(value, digits)}"

    def plain(self, value: Decimal | float, *, amount: bool) -> str:
        """Return a number as it stands in a table: one that is no amount may be a year, which gets no separator."""
        if isinstance(value, int) and not amount:
            return str(value)
        return str(format_decimal(value, locale=self.language, decimal_quantization=False))

    def day(self, value: date) -> str:
        """Return a date in the way of the language."""
        return str(format_date(value, format="medium", locale=dates_of(self.language)))

    def named(self, numbers: Sequence[int]) -> str:
        """Return features by their numbers: `No. 1, 4, 7`."""
        return self.text("number", number=", ".join(str(each) for each in numbers))


def half_up(value: Decimal, digits: int) -> Decimal:
    """Return a number rounded to so many decimals, a half up."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def exact(value: float) -> Decimal:
    """Return a number as it is written, without the noise of binary fractions."""
    return Decimal(repr(value))
