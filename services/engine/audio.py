"""The one type every step of the engine takes and gives."""

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]
"""(channels, samples), full scale 1.0."""
