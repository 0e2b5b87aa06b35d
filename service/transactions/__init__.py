"""Transactions: features created, replaced, updated and deleted over HTTP (OGC API Features, Part 4).

Apart from reading because it knows nobody who writes: it reads a request into an edit and hands that to whoever the
application was given as its editor. See docs/adr/0013.
"""
