"""Edits of single features: each is a load of one row, with the same transformation, checks, history and ledger.

Apart from the pipeline because nothing is fetched and nothing waits: one connection, one short transaction.
"""

from etl.edit.editor import PostgisEditor

__all__ = ["PostgisEditor"]
