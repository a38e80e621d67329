"""The loss curve: ticks, smoothing, and what is drawn."""

import math

from persona.page.curve import loss_curve, loss_ticks, smoothed, step_ticks


def test_ticks_are_round_and_enclose_the_values() -> None:
    assert loss_ticks(1.7, 3.2) == [1.5, 2.0, 2.5, 3.0, 3.5]
    assert loss_ticks(2.0, 2.0)[0] <= 2.0 <= loss_ticks(2.0, 2.0)[-1]
    assert len(loss_ticks(2.0, 2.0)) > 1


def test_steps_are_labelled_from_zero_to_the_last_round_one() -> None:
    assert step_ticks(60) == [0, 20, 40, 60]
    assert step_ticks(1) == [0, 1]


def test_smoothing_keeps_a_short_curve_and_averages_a_long_one() -> None:
    short = [(1.0, 3.0), (2.0, 1.0)]
    assert smoothed(short) == short
    zigzag = [(float(step), float(step % 2)) for step in range(400)]
    assert all(abs(loss - 0.5) < 0.1 for _, loss in smoothed(zigzag))


def test_a_falling_loss_falls_on_the_page() -> None:
    svg = loss_curve([(1.0, 3.0), (10.0, 1.0)], [])
    line = svg.split('class="train" points="')[1].split('"')[0]
    (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in line.split())
    assert x1 < x2
    assert y1 < y2  # SVG counts downwards


def test_every_validation_is_a_dot_and_the_label_says_how_it_went() -> None:
    svg = loss_curve([(1.0, 3.0)], [(1.0, 2.5), (2.0, 2.0)])
    assert svg.count("<circle") == 2
    assert "validation loss from 2.50 to 2.00 at step 2" in svg


def test_nothing_finite_gives_nothing() -> None:
    assert loss_curve([], []) == ""
    assert loss_curve([(1.0, math.nan)], [(1.0, math.inf)]) == ""
