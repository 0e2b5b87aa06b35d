"""What must hold of the data: row by row while it is read (`values`, `faults`), and of a whole batch (`after`).

Checks that need all rows together (keys, uniqueness, overlaps) are SQL and stand in `etl.store`.
"""

from etl.checks.batch import after
from etl.checks.faults import Faults

__all__ = ["Faults", "after"]
