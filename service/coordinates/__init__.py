"""`/coordinates`: a place in the systems that people of three states write coordinates in, and back.

The service answers and not the browser, so that what a reader copies is what PostGIS, tiles and downloads say: the same
operations (geodesy/), with their accuracy. `written` reads what people type, also for the search; `systems` knows which
systems there are; `work` answers.
"""
