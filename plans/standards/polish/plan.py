"""An act with its objects as a Plan: what of the Polish standard means the same as in the others, and the rest kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

from plans.delivery import Member
from plans.model import Document, Element, Elements, Kind, Lifecycle, Plan, Standard, Step
from plans.standards.polish.acts import Act, Register
from plans.standards.polish.codes import INSPIRE, PLAN_TYPES, REGULATIONS, code_of
from plans.standards.polish.feature import Feature
from plans.standards.polish.schema import DRAWING, ZONE

TERYT = re.compile(r"/(\d{2,7})-")
DATA_SETS = {"POG": "planOgolnyGminy", "MPZP": "miejscowyPlanZagospodarowaniaPrzestrzennego"}


def plan_of(act: Act, systems: Mapping[str, str], members: Sequence[Member]) -> Plan:
    """Return the act as a plan. `systems` are the CRS of the files; `members` the files of the package."""
    head = act.head
    first = head or act.objects[0]
    rest = [each.element() for each in act.objects]
    life = _lifecycle(act)
    found = TERYT.search(first.space)
    files = (first.place.file, *(each.place.file for each in act.objects))
    return Plan(
        standard=Standard.POLISH,
        profile=f"APP-{first.version}",
        kind=_kind(first),
        id=f"{first.space}/{first.local.partition('-')[0] if head is None else first.local}",
        title=head.text("tytul") if head else "",
        municipalities=(found[1],) if found else (),
        crs=next((systems[file] for file in files if file is not None and file in systems), None),
        boundary=head.element() if head else None,
        areas=_of(rest, ZONE),
        regulations=_of(rest, *REGULATIONS),
        records=Elements((*(each.element() for each in act.documents), *_of(rest, DRAWING))),
        documents=tuple(_documents(act, members)),
        lifecycle=life,
        attributes=head.attributes if head else {},
        is_partial=_is_partial(head, life),
        place=first.place,
    )


def _of(rows: Sequence[Element], *layers: str) -> Elements:
    return Elements(tuple(row for row in rows if row.layer in layers))


def _kind(first: Feature) -> Kind:
    """Return the kind of plan; without an act, as the name of the data set says (…-POG)."""
    if first.text("zmienianyPlan"):
        return Kind.CHANGE
    named = DATA_SETS.get(first.space.rpartition("-")[2], "planOgolnyGminy")
    code = code_of(first.text("typPlanu")) or named
    known = PLAN_TYPES.get(code)
    level = known.level if known else code_of(first.text("poziomHierarchii"))
    return Kind.LOCAL_PLAN if level == "infraLocal" else Kind.ZONING_PLAN


def _is_partial(head: Feature | None, life: Lifecycle) -> bool:
    """Whether gaps are meant: a change, or a part that is still being drawn (the plugin's own exception)."""
    if head is None:
        return False
    unfinished = head.attributes.get("modyfikacja") is True and life.step is Step.ELABORATION
    return unfinished or bool(head.text("zmienianyPlan"))


def _lifecycle(act: Act) -> Lifecycle:
    said = act.head or act.objects[0]
    code = code_of(said.text("status"))
    steps = {each.value: each for each in Step}
    adopting = Register(act.documents).find(said.text("dokumentUchwalajacy")) if act.head else None
    return Lifecycle(
        step=steps.get(code),
        adopted=_day(adopting, "data") if adopting else None,
        valid_from=_day(said, "obowiazujeOd"),
        valid_to=_day(said, "obowiazujeDo"),
        national=INSPIRE["ProcessStepGeneralValue"].get(code, code),
    )


def _day(feature: Feature, name: str) -> date | None:
    found = feature.attributes.get(name)
    return found if isinstance(found, date) else None


def _documents(act: Act, members: Sequence[Member]) -> Iterator[Document]:
    """Yield documents and drawings that the act names, then files of the package that nothing names."""
    files = {PurePosixPath(each.path).name: each.path for each in members if each.role in ("drawing", "document")}
    for each in act.documents:
        yield _document(each.text("tytul"), each.text("lacze"), "document", files)
    for each in act.objects:
        if each.kind == DRAWING:
            yield _document(each.text("tytul"), each.text("lacze"), "drawing", files)
            if legend := each.text("legenda"):
                yield _document(each.text("tytul"), legend, "legend", files)
    for name, path in files.items():
        role = next(each.role for each in members if each.path == path)
        yield Document(name, file=path, role=role)


def _document(title: str, link: str, role: str, files: dict[str, str]) -> Document:
    """Return a document; a file of the package that its link ends with is taken out of `files`."""
    return Document(
        title, file=files.pop(PurePosixPath(link).name, None) if link else None, link=link or None, role=role
    )
