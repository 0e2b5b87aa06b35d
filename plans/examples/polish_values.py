"""One value of an attribute as a Polish act has it in GML: a code with its address and title, a link, a measure, a day.

Apart from the writing of objects because it knows only the kind of the value.
"""

from lxml import etree
from lxml.etree import _Element

from plans.standards.polish.codes import (
    CLASS_STEM,
    CLASSES,
    CODE_LISTS,
    INSPIRE,
    INSPIRE_LISTS,
    PLAN_TYPES,
    ZONES_BY_CODE,
)
from plans.standards.polish.schema import CODED

XLINK = "http://www.w3.org/1999/xlink"
GMD, GCO = "http://www.isotc211.org/2005/gmd", "http://www.isotc211.org/2005/gco"
TITLES = {
    **{
        f"http://{INSPIRE_LISTS}/{name}/{code}": title
        for name, codes in INSPIRE.items()
        for code, title in codes.items()
    },
    **{
        f"https://{CODE_LISTS}/TypAktuPlanowaniaPrzestrzennegoKod/{each.code}": each.name
        for each in PLAN_TYPES.values()
    },
    **{f"https://{CODE_LISTS}/RodzajStrefyPlanistycznejKod/{each.code}": each.name for each in ZONES_BY_CODE.values()},
    **{f"https://{CLASS_STEM}{code}": name for code, name in CLASSES.items()},
}
STEMS = {
    **{name: f"http://{INSPIRE_LISTS}/{name}/" for name in INSPIRE},
    "TypAktuPlanowaniaPrzestrzennegoKod": f"https://{CODE_LISTS}/TypAktuPlanowaniaPrzestrzennegoKod/",
    "RodzajStrefyPlanistycznejKod": f"https://{CODE_LISTS}/RodzajStrefyPlanistycznejKod/",
    "KPT": f"https://{CLASS_STEM}",
}
UNITS = {"maksWysokosc": "m", "odleglosc": "m", "powierzchnia": "ha"}


def put(made: _Element, value: str, text: str) -> None:
    """Write one value of an attribute as its kind wants it."""
    name = etree.QName(made).localname
    if value in CODED or value == "link":
        href = STEMS.get(value, "") + text
        made.set(f"{{{XLINK}}}href", href)
        if href in TITLES:
            made.set(f"{{{XLINK}}}title", TITLES[href])
    elif name == "data":
        _put_day(made, text)
    elif name == "mapaPodkladowa":
        space = etree.QName(made).namespace
        inside = etree.SubElement(made, f"{{{space}}}MapaPodkladowa")
        for part, said in zip(("data", "referencja"), text.split("; ", 1), strict=False):
            etree.SubElement(inside, f"{{{space}}}{part}").text = said
    else:
        made.text = text
        unit = next((unit for start, unit in UNITS.items() if name.startswith(start)), None)
        if unit is not None:
            made.set("uom", unit)


def _put_day(made: _Element, text: str) -> None:
    whole = etree.SubElement(made, f"{{{GMD}}}CI_Date")
    etree.SubElement(etree.SubElement(whole, f"{{{GMD}}}date"), f"{{{GCO}}}Date").text = text
    kind = etree.SubElement(etree.SubElement(whole, f"{{{GMD}}}dateType"), f"{{{GMD}}}CI_DateTypeCode")
    kind.set("codeList", "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#CI_DateTypeCode")
    kind.set("codeListValue", "creation")
