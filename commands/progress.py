"""How a load is seen while it runs: a moving line on a terminal, nothing in a log file, where the outcome is enough."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.language import language, text, texts
from commands.terminal import say, speaker
from etl.store.progress import Progress

_SHOWN = {
    "begin": "read",
    "history": "publish",
    "rows": "publish",
    "swap": "publish",
    "ledger": "publish",
    "commit": "publish",
}
"""Steps that mean the same to a person."""


@contextmanager
def shown(dataset: str) -> Iterator[Progress]:
    """Yield what a load calls at each of its steps."""
    console = speaker()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[rows]}"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(dataset, total=None, rows="")

        def step(name: str, rows: int = 0, /) -> None:
            if name == "wait":
                say(text("waits", name=dataset))
            words = texts().find(f"step.{_SHOWN.get(name, name)}", language())
            count = text("rows", n=rows) if rows else ""
            bars.update(task, description=f"{dataset}: {words}" if words else dataset, rows=count)

        yield step
