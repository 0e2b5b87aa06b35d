"""Whole datasets as files: made once for each version in a process of their own, kept, and sent with ranges.

`kinds` says which forms there are, `order` what a file is made of, `shelf` where files stand and how one comes about;
`build` is the process that makes one, with `tables`, `texts`, `geoparquet`, `shapefile` and `workbook` as its writers;
`answers` and `block` are the routes. See docs/adr/0012.
"""
