"""Files from elsewhere: fetched, unpacked and opened without trusting them.

Every file is opened as the format that the dataset file declares, never by what it seems to be: see `content` and
`vector`. What comes out of this room are batches of Arrow columns and shapely geometries (`opened`).
"""

from etl.sources.open import opened
from etl.sources.opened import Batch, Opened
from etl.sources.snapshot import Snapshot, fetch

__all__ = ["Batch", "Opened", "Snapshot", "fetch", "opened"]
