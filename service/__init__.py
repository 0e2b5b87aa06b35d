"""The way out: an ASGI shell round pygeoapi that serves what is published, and the pages and answers of the portal.

Reads the catalogue, the ledger and the published tables; writes nothing. `service.app` has the routes.
"""
