"""From the columns and coordinates of a source to those of the dataset.

Everything works on whole columns (Arrow) and whole arrays of geometries (shapely): a row is never looked at alone
unless it is wrong.
"""

from etl.transform.chunk import Chunk, Figures, Geometries, Rows

__all__ = ["Chunk", "Figures", "Geometries", "Rows"]
