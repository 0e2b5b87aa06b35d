"""Zoning plans: read in three national standards, checked by rules, repaired, harmonised, reported.

Nothing here knows a database or the web: a check is a folder in and a folder out (`plans.check`), made in a process
that has no network, no credentials and nothing to see but what was handed in.
"""
