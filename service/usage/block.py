"""Statistics as a block: one page for people; programs take the dataset."""

from service.block import Block
from service.portal.visit import portal_page
from service.usage.work import statistics

BLOCK = Block(name="usage", routes={"/{language}/statistics": portal_page(statistics)})
