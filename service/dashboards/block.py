"""Dashboards as a block: pages for people, figures and pictures to take along."""

from service.block import Block
from service.dashboards import work
from service.portal.visit import portal_page

BLOCK = Block(
    name="dashboards",
    routes={
        "/{language}/dashboards": portal_page(work.listed),
        "/{language}/dashboards/{board}": portal_page(work.dashboard),
        "/{language}/dashboards/{board}/{file}": portal_page(work.part_file),
    },
)
