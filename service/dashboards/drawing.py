"""Drawing without a browser: shapes measured in shares of the width and in heights of a line, written as SVG. Pure.

Written twice. On a page widths are percents and heights em: the drawing is as wide as its column, at 320 px too, and
grows with the reader's letters; looks come from the style sheet, so the dark scheme and forced colours hold. For a
picture everything is in pixels, with looks of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from markupsafe import Markup

from look import LIGHT

PIXELS_A_LINE = 16.0
_LETTER = 0.56
"""Width of a letter on average, in heights of it (DejaVu Sans)."""
_INK, _FILL = LIGHT["drawn-ink"], LIGHT["accent"]
_LOOKS = {  # "room" is where a click counts though nothing is drawn
    "room": 'fill="none"',
    "bar": f'fill="{_FILL}" stroke="{_INK}" stroke-width="1"',
    "before": f'fill="none" stroke="{_INK}" stroke-width="1.5" stroke-dasharray="4 3"',
    "column": f'fill="{_FILL}"',
    "rule": f'stroke="{LIGHT["drawn-line"]}" stroke-width="1"',
    "cell": f'fill="{LIGHT["drawn-soft"]}" stroke="{_INK}" stroke-width="1"',
    "label": f'fill="{_INK}"',
    "figure": f'fill="{_INK}" font-weight="bold"',
    "tick": f'fill="{LIGHT["ink-2"]}"',
}


@dataclass(frozen=True)
class Box:
    """A rectangle: `x` and `width` as shares of the drawing's width, `y` and `height` in em."""

    x: float
    y: float
    width: float
    height: float
    look: str
    fill: str | None = None
    hint: str | None = None


@dataclass(frozen=True)
class Words:
    """A line of text whose baseline is at `y`; `dx` shifts it by em, `room` is the share of the width that it has."""

    x: float
    y: float
    text: str
    look: str = "label"
    anchor: str = "start"
    dx: float = 0
    room: float | None = None


@dataclass(frozen=True)
class Rule:
    """A level line over the whole width."""

    y: float


@dataclass(frozen=True)
class Cell:
    """A rectangle with words in it, which are cut where they find no room."""

    box: Box
    label: str
    figure: str


type Shape = Box | Words | Rule | Cell


@dataclass(frozen=True)
class Link:
    """Shapes that lead somewhere; `name` is the text of them, read as one.

    `stays`: it leads to this very dashboard, and an embedded one changes within its frame.
    """

    href: str
    name: str
    shapes: tuple[Shape, ...]
    stays: bool = False


@dataclass(frozen=True)
class Drawing:
    """A drawing of some height in em. `label` says what it is; `kind` names it for the style sheet."""

    kind: str
    height: float
    label: str
    shapes: tuple[Shape | Link, ...] = field(default=())

    @property
    def is_linked(self) -> bool:
        """Whether shapes of it lead somewhere."""
        return any(isinstance(each, Link) for each in self.shapes)


def on_a_page(drawing: Drawing) -> Markup:
    """Return the drawing as SVG within HTML; all text of it is escaped here."""
    role = "group" if drawing.is_linked else "img"
    opened = (
        f'<svg class="drawing {drawing.kind}" width="100%" height="{_n(drawing.height)}em"'
        f' role="{role}" aria-label={quoteattr(drawing.label)}>'
    )
    return Markup(opened + "".join(_fluid(each) for each in drawing.shapes) + "</svg>")  # noqa: S704 (escaped)


def in_pixels(drawing: Drawing, width: float, line: float = PIXELS_A_LINE) -> tuple[str, float]:
    """Return the drawing as shapes of an SVG `width` pixels wide, and its height; `line` is the size of letters."""
    shapes = (one for each in drawing.shapes for one in (each.shapes if isinstance(each, Link) else (each,)))
    return "".join(_fixed(each, width, line) for each in shapes), drawing.height * line


def cut(text: str, room: float, size: float) -> str:
    """Return as much of a text as has room (in pixels, letters of this size), with an ellipsis where it was cut."""
    most = int(room / (size * _LETTER))
    return text if len(text) <= most else text[: max(most - 1, 0)].rstrip() + "…" if most > 1 else ""


def lines(text: str, room: float, size: float) -> list[str]:
    """Return a text in lines that have room."""
    most, made = int(room / (size * _LETTER)), [""]
    for word in text.split(" "):
        joined = f"{made[-1]} {word}".strip()
        if len(joined) <= most or not made[-1]:
            made[-1] = joined
        else:
            made.append(word)
    return made


def words_in_pixels(texts: Iterable[str], x: float, y: float, size: float, look: str = "label") -> str:
    """Return lines of text, one below the other; the first has its baseline at y."""
    looks = f'font-size="{_n(size)}" {_LOOKS[look]}'
    return "".join(
        f'<text x="{_n(x)}" y="{_n(y + index * size * 1.35)}" {looks}>{escape(text)}</text>'
        for index, text in enumerate(texts)
    )


def _fluid(shape: Shape | Link) -> str:
    if isinstance(shape, Link):
        inner = " ".join(_fluid(each) for each in shape.shapes)
        target = "" if shape.stays else ' target="_top"'
        return f"<a href={quoteattr(shape.href)}{target} aria-label={quoteattr(shape.name)}>{inner}</a>"
    if isinstance(shape, Rule):
        return f'<line class="rule" x1="0" x2="100%" y1="{_n(shape.y)}em" y2="{_n(shape.y)}em"/>'
    if isinstance(shape, Box):
        return _fluid_box(shape)
    if isinstance(shape, Cell):
        return _fluid_box(shape.box) + _fluid_cell(shape)
    shift = f' dx="{_n(shape.dx)}em"' if shape.dx else ""
    return (
        f'<text class="{shape.look}" x="{_share(shape.x)}" y="{_n(shape.y)}em"{shift} text-anchor="{shape.anchor}">'
        f"{escape(shape.text)}</text>"
    )


def _fluid_box(box: Box) -> str:
    fill = f' fill="{box.fill}"' if box.fill else ""
    hint = f"<title>{escape(box.hint)}</title>" if box.hint else ""
    own = " own" if box.fill else ""
    return (
        f'<rect class="{box.look}{own}" x="{_share(box.x)}" y="{_n(box.y)}em" width="{_share(box.width)}"'
        f' height="{_n(box.height)}em"{fill}>{hint}</rect>'
    )


def _fluid_cell(cell: Cell) -> str:
    """Return the words of a cell as HTML, which alone breaks lines and cuts them by itself."""
    box = cell.box
    return (
        f'<foreignObject x="{_share(box.x)}" y="{_n(box.y)}em" width="{_share(box.width)}" height="{_n(box.height)}em">'
        f'<div class="cell-words" xmlns="http://www.w3.org/1999/xhtml"><p>{escape(cell.label)}'
        f" <b>{escape(cell.figure)}</b></p></div></foreignObject>"
    )


def _fixed(shape: Shape, width: float, line: float) -> str:
    if isinstance(shape, Rule):
        return f'<line x1="0" x2="{_n(width)}" y1="{_n(shape.y * line)}" y2="{_n(shape.y * line)}" {_LOOKS["rule"]}/>'
    if isinstance(shape, Box):
        return _fixed_box(shape, width, line)
    if isinstance(shape, Cell):
        return _fixed_box(shape.box, width, line) + _fixed_cell(shape, width, line)
    text = shape.text if shape.room is None else cut(shape.text, shape.room * width, line)
    return (
        f'<text x="{_n(shape.x * width + shape.dx * line)}" y="{_n(shape.y * line)}" font-size="{_n(line * 0.9)}"'
        f' text-anchor="{shape.anchor}" {_LOOKS[shape.look]}>{escape(text)}</text>'
    )


def _fixed_box(box: Box, width: float, line: float) -> str:
    looks = _LOOKS[box.look]
    if box.fill:
        looks = looks.replace(looks[: looks.index('"', 6) + 1], f'fill="{box.fill}"', 1)
    return (
        f'<rect x="{_n(box.x * width)}" y="{_n(box.y * line)}" width="{_n(box.width * width)}"'
        f' height="{_n(box.height * line)}" {looks}/>'
    )


def _fixed_cell(cell: Cell, width: float, line: float) -> str:
    box, size = cell.box, line * 0.82
    room, high = box.width * width - 10, box.height * line - 6
    most = int(high / (size * 1.35))
    fitting = [cut(text, room, size) for text in lines(cell.label, room, size)[:most]]
    if not fitting or not all(fitting):
        return ""
    if len(fitting) < most and cut(cell.figure, room, size) == cell.figure:  # half a figure would be another one
        fitting.append(cell.figure)
    return words_in_pixels(fitting, box.x * width + 5, box.y * line + size + 3, size)


def _share(value: float) -> str:
    return f"{_n(value * 100)}%"


def _n(value: float) -> str:
    """Return a number as SVG has it, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
