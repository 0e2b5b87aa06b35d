"""A visit of a portal page: who comes, in which language of the address, and how a page is answered inside the frame.

Apart because every page of the portal begins and ends with it, whichever room makes it.
"""

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, Template
from starlette.requests import Request
from starlette.responses import Response

from catalogue import Catalogue
from catalogue.values import Text, text_in
from look import LIGHT
from service import mistyped, pages
from service.block import Work
from service.media import HTML
from service.notices import made_up_notice
from service.problems import NotFoundError
from service.published import Served
from service.reception import audience_of, failed, guarded, parameters
from service.respond import Answer, Version, is_known, respond, unmodified
from service.state import Audience, Live, State
from service.website import built


@dataclass(frozen=True)
class Visit:
    """One request for a page of the portal; `language` is the first part of its address."""

    request: Request
    live: Live
    state: State
    audience: Audience
    language: str
    params: Mapping[str, str]

    @property
    def catalogue(self) -> Catalogue:
        """What the dataset files say."""
        return self.state.catalogue

    @property
    def served(self) -> Mapping[str, Served]:
        """The published datasets that the visitor may see, by id."""
        return self.audience.served

    @property
    def titles(self) -> Mapping[str, str]:
        """How the datasets that the visitor may see are called, by id."""
        return {id_: self.text_in(each.dataset.title) for id_, each in self.served.items()}

    def address(self, path: str = "/") -> str:
        """Return the address of a page in the visitor's language: `/datasets` gives `/cs/datasets`."""
        return f"/{self.language}{path}"

    def text_in(self, text: Text) -> str:
        """Return a text of the catalogue in the visitor's language, else in another; "" for one that is not there."""
        return text_in(text, self.language, self.catalogue.portal.default_language)

    def version(self, *parts: object, of: Iterable[Served] = (), since: datetime | None = None) -> Version:
        """Return the version of a page that depends on the catalogue, on the batches `of` datasets and on parts.

        `since` is when the last of the parts changed, where they change by themselves.
        """
        used = sorted(of, key=lambda each: each.id)
        known = [
            self.state.files,
            *(f"{each.id} {each.published.batch}" for each in used),
            str(self.audience.is_internal),
            self.request.scope["path"],
            self.request.scope["query_string"].decode("latin-1"),
            pages.STYLE_NAME,
            *map(str, parts),
        ]
        moments = [self.state.changed, *(each.published.published for each in used), *([since] if since else [])]
        return Version(hashlib.sha256("\n".join(known).encode()).hexdigest()[:20], max(moments))

    def known(self, version: Version) -> Response | None:
        """Return 304 to a visitor who has this version already; else None, and the page must be made."""
        return unmodified(version, private=self.audience.is_internal) if is_known(self.request, version) else None

    def page(
        self,
        template: Template,
        *,
        title: str,
        status: int = 200,
        version: Version | None = None,
        headers: Mapping[str, str] | None = None,
        private: bool = False,
        scripts: Iterable[str] = (),
        **values: Any,  # noqa: ANN401 (what the template shows)
    ) -> Response:
        """Return the page inside the portal's frame.

        `title` stands before the portal's in the browser's title; `private` keeps it from caches on the way; `scripts`
        names what makes the page handier (`web/src/pages/<name>.ts`) and is not needed. The template knows as `foreign`
        the language of what the catalogue says in one language only (names of contacts), if it is not the visitor's.
        """
        native = self.catalogue.portal.default_language
        shown = {
            "page": self.request.url.path.split("/")[2] or "home",
            "title": title,
            "address": self.address,
            "languages": {each: self._in(each) for each in self.catalogue.portal.languages},
            "notice": self._notice(),
            "foreign": None if self.language == native else native,
            "scripts": [asset for asset in map(built().asset, scripts) if asset],
        }
        text = template.render(**pages.common(self.catalogue, self.language), **(shown | values))
        said = {"Content-Language": self.language, **(headers or {})}
        kept_to_one = private or self.audience.is_internal
        answer = Answer(text.encode(), f"{HTML}; charset=utf-8", status, said, private=kept_to_one)
        return respond(self.request, answer, version)

    def _in(self, language: str) -> str:
        """Return the address of this very page in another language."""
        rest = quote(self.request.scope["path"].partition(f"/{self.language}")[2])
        query = self.request.scope["query_string"].decode("latin-1")
        return f"/{language}{rest}" + (f"?{query}" if query else "")

    def _notice(self) -> str | None:
        """Return what is said on every page of a portal with made-up data."""
        if not any(each.dataset.made_up for each in self.served.values()):
            return None
        return made_up_notice(self.catalogue.portal, self.language)


def portal_page(work: Callable[[Visit], Response]) -> Work:
    """Return the work of a route `/{language}/…`; a language that the portal does not speak is no address.

    Failures become problems, told as a page.
    """

    @functools.wraps(work)
    def answer(request: Request, live: Live) -> Response:
        state, audience = audience_of(request, live)
        language = request.path_params["language"]
        if language not in state.catalogue.portal.languages:
            return mistyped.meant(request, live) or failed(request, live, NotFoundError("page"))
        return work(Visit(request, live, state, audience, language, parameters(request)))

    return guarded(answer)


@functools.cache
def templates(folder: Path) -> Environment:
    """Return the templates of a room, compiled once per process; those of the portal's pages give the frame.

    `look` in them are the light colours, for what is drawn.
    """
    made = Environment(
        loader=FileSystemLoader([folder, pages.TEMPLATES]), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["look"] = LIGHT
    return made
