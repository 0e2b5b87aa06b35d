"""Hosts of others whose map services visitors may add to the map by their address: `services` of `portal.yml`.

Apart from backgrounds because nothing is shown of these hosts until a visitor asks for it; the Content Security Policy
must name them beforehand all the same, and so the portal's operator decides.
"""

import re
from typing import Annotated

from pydantic import AfterValidator

from catalogue.values import Line, refuse

_ORIGIN = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


def _origin(text: str) -> str:
    """Refuse what is no host with https, and any character that would end or widen a policy."""
    if not _ORIGIN.fullmatch(text):
        raise refuse("VALUE-SERVICE-HOST", value=text)
    return text


Origin = Annotated[Line, AfterValidator(_origin)]
"""`https://ags.cuzk.gov.cz`: scheme and host, a port if there is one, no path."""
