"""The type of a column of text: Arrow's, with missing cells as NaN, under pandas 2 as under pandas 3.

Columns of Python objects won't do: pandas 2 compares them up to their first NUL, so that two accounts would be one.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

TEXT: Final[pd.StringDtype[Any]] = (
    pd.StringDtype("pyarrow_numpy")
    if pd.__version__.startswith("2.2.")  # it had no other name for this type
    else pd.StringDtype("pyarrow", na_value=np.nan)
)

Dtype: TypeAlias = "pd.StringDtype[Any] | str"
"""The type of a column, as pandas takes it."""
