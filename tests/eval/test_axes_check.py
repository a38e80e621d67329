"""The figures behind the table of correlations."""

import numpy as np
import pytest

from eval.axes_check import ranks, spearman, table


def test_ties_share_their_mean_rank() -> None:
    assert ranks(np.array([5.0, 1.0, 5.0, 9.0])).tolist() == [2.5, 1.0, 2.5, 4.0]


def test_rank_correlation_leaves_out_what_one_side_lacks() -> None:
    a = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    assert spearman(a, np.array([10.0, 20.0, 300.0, 400.0, 5.0])) == pytest.approx(1.0)
    assert spearman(a, -a) == pytest.approx(-1.0)
    assert np.isnan(spearman(a[3:], a[3:]))


def test_table_has_a_row_for_every_axis() -> None:
    rows = [{"style": float(n), "content": float(-n)} for n in range(4)]
    lines = list(table(rows))
    assert lines[0].startswith("4 sets")
    assert lines[3:] == ["| style | 1.00 | -1.00 |\n", "| content | -1.00 | 1.00 |\n"]
