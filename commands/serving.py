"""Commands that serve: the portal, and the demo, which makes everything the portal needs first."""

import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from commands.collection import SHARED_WORDS, catalogue_of, folder_option, here
from commands.database import opened
from commands.language import text
from commands.loading import load_each
from commands.region import make_region, play_desk, play_usage, walled
from commands.supervision import beside
from commands.terminal import say, show_report
from settings import ROOT, Settings

READY_SECONDS = 60
DEMO_FILES = ROOT / "var" / "demo"
"""Where the dataset files in collections/ look for the demo region."""


def listening(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where to listen."""
    command = click.option("--port", type=click.IntRange(1, 65535), help=text("help.port"))(command)
    return click.option("--host", help=text("help.host"))(command)


@click.command(help=text("help.demo"))
@folder_option
@listening
@click.option("--plans", type=click.IntRange(min=0), metavar="N", help=text("help.demo-plans"))
def demo(folder: Path | None, host: str | None, port: int | None, plans: int | None) -> None:
    """Make the demo region, load it, serve it."""
    settings = _at(here(folder), host, port)
    _refuse_busy(settings)
    with opened(settings) as ready:
        if ready.collections == SHARED_WORDS:
            make_region(DEMO_FILES)
            play_usage(ready)
        catalogue, report = catalogue_of(ready)
        show_report(report)
        for outcome in load_each(ready, catalogue, list(catalogue.datasets.values())):
            if not outcome.report.ok:
                show_report(outcome.report)
        at = walled(ready)
        if ready.collections == SHARED_WORDS:
            play_desk(at, catalogue, DEMO_FILES / "plans", plans)
        _serve(at)


@click.command(help=text("help.serve"))
@folder_option
@listening
def serve(folder: Path | None, host: str | None, port: int | None) -> None:
    """Serve what has been loaded."""
    settings = _at(here(folder), host, port)
    _refuse_busy(settings)
    with opened(settings) as ready:
        _serve(ready)


def _at(settings: Settings, host: str | None, port: int | None) -> Settings:
    """Return the settings with another host or port; links follow unless the public address was set on purpose."""
    moved = replace(settings, host=host or settings.host, port=port or settings.port)
    if "KRAJINA_URL" in os.environ:
        return moved
    return replace(moved, public_url=f"http://{moved.host}:{moved.port}")


def _refuse_busy(settings: Settings) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise click.UsageError(
                text("cannot-listen", host=settings.host, port=str(settings.port), reason=reason)
            ) from None


def _serve(settings: Settings) -> None:
    """Run the service, and the desk's worker beside it, until Ctrl-C or SIGTERM; what dies is started again."""
    import uvicorn

    os.environ.update(settings.to_environment())
    threading.Thread(target=_tell_when_ready, args=(settings,), daemon=True).start()
    with beside(("desk", "work", "--beside", str(os.getpid())), os.environ, _tell_of_death):
        uvicorn.run(
            "commands.application:create",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=5,
        )
    say(text("stopped"))


def _tell_of_death(code: int) -> None:
    print(text("desk.died", code=code), file=sys.stderr)


def _tell_when_ready(settings: Settings) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/health/ready", timeout=5):
                say(text("portal-at", url=settings.public_url))
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    print(text("not-ready", seconds=READY_SECONDS), file=sys.stderr)
