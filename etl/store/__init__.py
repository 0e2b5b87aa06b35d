"""PostGIS: staging, difference, publishing in place, the ledger, and rows as they were.

A load stands in one transaction: whoever reads has the old state or the new one, and a killed load leaves the old one.
See docs/adr for why there are two roads to publish and no row hashes.
"""

from etl.store.connect import connected
from etl.store.ledger import Batch, Current, Status, current, history, settle, status
from etl.store.migrate import migrate

__all__ = ["Batch", "Current", "Status", "connected", "current", "history", "migrate", "settle", "status"]
