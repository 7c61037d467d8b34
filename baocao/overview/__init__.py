"""The overview (tổng quan): how the whole programme stands on a day, and what moved since another.

``reading`` gathers what was known at the end of the day, ``discipline`` how units kept the periods, ``page``
counts and words it; every figure leads to the list of exactly the rows that it counts.
"""

from baocao.overview.page import Overview

__all__ = ["Overview"]
