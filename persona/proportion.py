"""A share with the interval it deserves."""

import math

Z95 = 1.959964
"""Standard errors from the middle of a 95 % interval to its ends."""


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The Wilson score interval of a proportion, 95 %.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22:209-212. No trials give (0, 1).
    """
    if not trials:
        return (0.0, 1.0)
    share = hits / trials
    centre = share + Z95**2 / (2 * trials)
    spread = Z95 * math.sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    scale = 1 + Z95**2 / trials
    return (max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))
