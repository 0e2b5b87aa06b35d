"""The demo region: a made-up country where three states meet, with the data that its offices would keep.

Apart from everything else: nothing here knows the catalogue, the loader or the service. It writes files, as a
municipality would.
"""

from demo.generate import SEED, VERSION, generate
from demo.planning import plans_in
from demo.planning.since import first_day
from demo.usage import usage

__all__ = ["SEED", "VERSION", "first_day", "generate", "plans_in", "usage"]
