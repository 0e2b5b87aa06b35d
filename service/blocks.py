"""The building blocks of the API beside Features, in the order in which they are described."""

from service.backgrounds import BLOCK as BACKGROUNDS
from service.block import Block
from service.changes import block as changes
from service.coordinates import block as coordinates
from service.coverage import block as coverage
from service.dashboards import block as dashboards
from service.datasets import block as datasets
from service.downloads import block as downloads
from service.installable import BLOCK as INSTALLABLE
from service.listing import block as listing
from service.mistakes import pages as mistakes
from service.portal import block as portal
from service.processes import block as processes
from service.search import page as search
from service.tiles import block as tiles
from service.transactions import block as transactions
from service.usage import block as usage

BLOCKS: tuple[Block, ...] = (
    downloads.BLOCK,
    coverage.BLOCK,
    tiles.BLOCK,
    transactions.BLOCK,
    changes.BLOCK,
    processes.BLOCK,
    portal.BLOCK,
    listing.BLOCK,
    coordinates.BLOCK,
    datasets.BLOCK,
    dashboards.BLOCK,
    usage.BLOCK,
    search.BLOCK,
    mistakes.BLOCK,
    BACKGROUNDS,
    INSTALLABLE,
)
