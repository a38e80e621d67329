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


def by_guessing(hits: int, trials: int) -> float:
    """The chance of so many hits or more by tossing a coin: the binomial's upper tail, exact."""
    ways = sum(math.comb(trials, more) for more in range(hits, trials + 1))
    return float(ways / 2**trials)
