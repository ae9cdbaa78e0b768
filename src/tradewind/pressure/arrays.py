"""The arrays of this room: the last two axes are (economy, indicator), those before are draws."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
