"""The portal's pages of datasets: what there is, what it is worth, how it came about, and how it is used and quoted.

`overview` is a dataset's page; `quality`, `history`, `snapshots` and `worksheet` are its parts. `batches` reads the
ledger, `figures` asks the table, `judged` says what a load found; `sketch` draws maps. See docs/adr/0023.
"""
