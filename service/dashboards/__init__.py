"""Dashboards: what the published data says in figures, as pages that can be read, heard, printed and taken along.

Which there are is said by `dashboard:` in dataset files and by `collections/dashboards/`; no dataset is known by name.

`address` reads what is asked, `counting` asks PostgreSQL, `telling` says it in a language, `charts` and `drawing` draw
it, `picture` and `sheets` make it PNG and CSV, `work` answers. `ahead` counts before anybody asks.
"""
