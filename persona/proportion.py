"""A share with the interval it deserves."""

import math


def wilson(hits: int, trials: int, *, z: float = 1.959964) -> tuple[float, float]:
    """The Wilson score interval of a proportion, 95 % unless `z` says otherwise.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22:209-212. No trials give (0, 1).
    """
    if not trials:
        return (0.0, 1.0)
    share = hits / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return (max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))
