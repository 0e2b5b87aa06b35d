"""The way in: a dataset file and its sources become rows in PostGIS.

Read `etl/pipeline.py` first: it is the whole flow on one screen. Sources are fetched and opened in `sources`, brought
into the dataset's columns and CRS in `transform`, judged in `checks`, and published in `store`.
"""
