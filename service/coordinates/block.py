"""What the service offers of coordinates: one address beside the API, for the map's tools."""

from service.block import Block
from service.coordinates.work import coordinates
from service.reception import guarded

BLOCK = Block("coordinates", routes={"/coordinates": guarded(coordinates)})
