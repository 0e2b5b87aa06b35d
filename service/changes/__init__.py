"""The past of collections: features as they were at a time, and what has changed since.

Apart from features because only the ledger and the history know it; both are the loader's, read here by
`catalogue.layout`. Documented extensions of ours: no standard says how.
"""
