"""How everything looks: the colours of `tokens.css`, for the map, the pages, what is drawn, and the reports of plans.

Apart because they stand in rooms that know nothing of one another, and are one portal to the reader.
"""

import re
from collections.abc import Mapping
from pathlib import Path

STYLE = (Path(__file__).parent / "tokens.css").read_text(encoding="utf-8")
"""The file as it is: custom properties of `:root`, light, then dark where the reader wants it so."""
LIGHT_STYLE = STYLE.partition("@media")[0].replace("light dark", "light")
"""The light ones alone, for what is always seen as on paper."""
LIGHT: Mapping[str, str] = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", LIGHT_STYLE))
"""The light colours by name (#rrggbb), for what is drawn here and has no style sheet: pictures, manifests."""
