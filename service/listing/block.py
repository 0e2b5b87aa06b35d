"""The list as a block: its part for the app's panel. As a page it stands at the map's own address."""

from service.block import Block
from service.listing.work import STYLE_ADDRESS, part, style
from service.portal.visit import portal_page

BLOCK = Block("listing", routes={"/{language}/map/list": portal_page(part), STYLE_ADDRESS: style})
