"""The portal's own pages as a block: their addresses. The home page is routed last, by the application."""

from service.block import Block
from service.portal import accessibility, contact, guide, news
from service.portal.visit import portal_page

BLOCK = Block(
    "portal",
    routes={
        "/{language}/news": portal_page(news.page),
        "/news.atom": news.feed,
        "/{language}/help": portal_page(guide.page),
        "/{language}/contact": portal_page(contact.page),
        "/{language}/accessibility": portal_page(accessibility.page),
    },
)
