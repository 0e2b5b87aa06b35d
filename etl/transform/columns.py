"""The dataset's columns from those of a source: found, renamed, cast, converted, judged.

Apart from casting, which knows types only; here a column's whole description is followed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from catalogue.model import Column, Dataset
from catalogue.sources import DeskSource
from catalogue.vocabularies import CodeList
from etl.checks import values as rules
from etl.checks.faults import Faults
from etl.sources.opened import Opened
from etl.transform.casting import TYPES, cast
from etl.transform.chunk import Figures
from etl.transform.codes import Codes
from etl.transform.texts import replaced, twice_encoded
from etl.transform.units import factor
from findings import Finding, Level, Report


@dataclass(frozen=True)
class Columns:
    """How the columns of one source become those of the dataset; `found` maps our names to the source's."""

    dataset: Dataset
    found: Mapping[str, str]
    codes: Mapping[str, Codes]
    factors: Mapping[str, float]
    decimal: str | None
    figures: Figures

    def apply(self, table: pa.Table, faults: Faults) -> pa.Table:
        """Return the dataset's kept columns in order, typed, for the rows of the source's table."""
        arrays = [self._column(name, column, table, faults) for name, column in self.dataset.kept.items()]
        schema = pa.schema([(name, TYPES[column.type]) for name, column in self.dataset.kept.items()])
        return pa.Table.from_arrays(arrays, schema=schema)

    def _column(self, name: str, column: Column, table: pa.Table, faults: Faults) -> pa.Array:
        source = self.found.get(name)
        if source is None:
            return pa.nulls(table.num_rows, TYPES[column.type])
        raw = table.column(source).combine_chunks()
        array, wrong = cast(raw, column.type, decimal=self.decimal, form=column.format)
        lost = faults.add(
            "VALUE-CAST",
            Level.WARNING,
            wrong,
            lambda at: {"column": name, "value": _short(raw[at]), "type": column.type},
        )
        self.figures.lose(name, lost)
        if name in self.factors:
            array = _times(array, self.factors[name])
        if name in self.codes:
            array = self._coded(name, column, array, faults)
        if pa.types.is_string(array.type):
            self._read(name, array, faults)
        rules.check(name, column, array, faults, required=column.required or name in self.dataset.key_columns)
        return array

    def _coded(self, name: str, column: Column, array: pa.Array, faults: Faults) -> pa.Array:
        coded, unknown = self.codes[name].apply(array)
        level = Level.ERROR if column.required else Level.WARNING
        faults.add(
            "VALUE-CODE",
            level,
            unknown,
            lambda at: {"column": name, "value": coded[at].as_py(), "codelist": column.codelist or ""},
        )
        return coded

    def _read(self, name: str, array: pa.Array, faults: Faults) -> None:
        """Report text that a wrong encoding has spoilt: here, or before it came to us."""

        def describe(at: int) -> dict[str, object]:
            return {"column": name, "value": _short(array[at])}

        self.figures.damage(name, faults.add("TEXT-DAMAGED", Level.WARNING, replaced(array), describe))
        faults.add("TEXT-TWICE-ENCODED", Level.WARNING, twice_encoded(array), describe)


def columns_of(
    dataset: Dataset, opened: Opened, codelists: Mapping[str, CodeList], figures: Figures, report: Report, file: str
) -> Columns | None:
    """Return how the source's columns become the dataset's, or None, with the reasons reported, if that cannot be.

    A column is found by its name, else by its name in other case. Columns of the source that the dataset does not name
    are counted as dropped. Raises CollectionError for units that cannot be converted.
    """
    found = {name: _find(column.source_name(name), opened.fields) for name, column in dataset.columns.items()}
    for name, column in dataset.kept.items():
        if found[name] is None:
            report.append(_missing(dataset, name, column, opened, file))
    unnamed = set(opened.fields) - set(found.values()) - opened.used
    figures.dropped |= unnamed
    if unnamed:
        values = {"n": len(unnamed), "columns": ", ".join(sorted(unnamed))}
        report.append(Finding("COLUMNS-NOT-LOADED", Level.NOTE, values, dataset.id, file))
    if not report.ok:
        return None
    return Columns(
        dataset=dataset,
        found={name: source for name, source in found.items() if source is not None},
        codes={name: Codes(codelists[column.codelist]) for name, column in dataset.kept.items() if column.codelist},
        factors={
            name: factor(column.source_unit, column.unit)
            for name, column in dataset.kept.items()
            if column.source_unit and column.unit
        },
        decimal=opened.decimal,
        figures=figures,
    )


def _find(wanted: str, fields: tuple[str, ...]) -> str | None:
    if wanted in fields:
        return wanted
    alike = [field for field in fields if field.casefold() == wanted.casefold()]
    return alike[0] if len(alike) == 1 else None


def _missing(dataset: Dataset, name: str, column: Column, opened: Opened, file: str) -> Finding:
    """A column that one source lacks is an error; one of several sources may lack a column that is not required.

    A source of the desk stands for many files, some made before the dataset had the column.
    """
    several = len(dataset.sources) > 1 or any(isinstance(source, DeskSource) for source in dataset.sources)
    excused = several and not column.required and name not in dataset.key_columns
    values = {"column": column.source_name(name), "columns": ", ".join(opened.fields)}
    return Finding("COLUMN-MISSING", Level.WARNING if excused else Level.ERROR, values, dataset.id, file)


def _times(array: pa.Array, by: float) -> pa.Array:
    """Multiply; whole numbers are rounded back to whole numbers.

    By less than one is divided instead: 4643 / 10000 is 0.4643, 4643 * 0.0001 is 0.46430000000000005.
    """
    plain = array.cast(pa.float64())
    changed = pc.divide(plain, 1 / by) if by < 1 else pc.multiply(plain, by)
    return pc.round(changed).cast(array.type) if pa.types.is_integer(array.type) else changed


def _short(scalar: pa.Scalar, length: int = 60) -> str:
    text = scalar.as_py()
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return plain if len(plain) <= length else plain[: length - 1] + "…"
