"""The building blocks of the API beside Features, in the order in which they are described."""

from service.block import Block
from service.changes import block as changes
from service.coverage import block as coverage
from service.downloads import block as downloads
from service.processes import block as processes
from service.tiles import block as tiles
from service.transactions import block as transactions

BLOCKS: tuple[Block, ...] = (
    downloads.BLOCK,
    coverage.BLOCK,
    tiles.BLOCK,
    transactions.BLOCK,
    changes.BLOCK,
    processes.BLOCK,
)
