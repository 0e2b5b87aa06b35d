"""The building block of dataset pages: their addresses on the portal, and QR codes."""

from service.block import Block
from service.datasets import history, listing, overview, quality, snapshots
from service.datasets.pictures import picture
from service.datasets.qr import code
from service.datasets.worksheet import work as worksheet
from service.portal.visit import portal_page

_ONE = "/{language}/datasets/{dataset}"

BLOCK = Block(
    "datasets",
    routes={
        "/qr.svg": code,
        "/datasets/pictures/{name}": picture,
        "/{language}/datasets": portal_page(listing.page),
        _ONE: portal_page(overview.page),
        f"{_ONE}/map.svg": portal_page(overview.drawn),
        f"{_ONE}/quality": portal_page(quality.page),
        f"{_ONE}/history": portal_page(history.page),
        f"{_ONE}/worksheet": portal_page(worksheet.page),
        f"{_ONE}/snapshots": portal_page(snapshots.listing),
        f"{_ONE}/snapshots/{{moment}}": portal_page(snapshots.page),
        f"{_ONE}/snapshots/{{moment}}/{{name}}": portal_page(snapshots.file),
    },
)
