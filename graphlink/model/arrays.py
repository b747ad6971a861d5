"""Short names for the element types of numpy arrays."""

import numpy as np
from numpy.typing import NDArray

Int8s = NDArray[np.int8]
Int16s = NDArray[np.int16]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Keys = NDArray[np.uint64]
UInt32s = NDArray[np.uint32]
Wholes = Int8s | Int16s | Int32s | Int64s
"""Numbers in as few bits as hold all of them: ``narrowed``."""
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
