"""The Polish standard: acts of spatial planning (akty planowania przestrzennego) as APP GML 1.0, 2.0 and 3.0.

Code lists and the schema are data (`*.csv`) with the official texts they come from named in `codes` and `schema`.
"""
