"""Which number is the day: worked out from a whole file, and said where nothing tells."""

import pytest

from ingest.dates import Order, Parts, build, infer
from ingest.format import ReadOptions
from ingest.times import from_epoch
from tests.ingest.formats.conftest import Read, read, times

__all__ = ["read"]  # the fixture


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        ([(13, 1, 2019)], "dmy"),
        ([(1, 13, 2019)], "mdy"),
        ([(2019, 1, 5)], "ymd"),
        ([(1, 2019, 13)], "myd"),
        ([(19, 11, 30), (19, 12, 31)], "ymd"),
    ],
)
def test_what_can_be_no_date_settles_the_order(dates: list[Parts], order: Order) -> None:
    found = infer(dates)

    assert (found.order, found.ambiguous) == (order, False)


def test_time_that_runs_on_settles_the_order() -> None:
    days_then_months = [(1, 2, 19), (2, 2, 19), (1, 3, 19)]

    assert infer(days_then_months).order == "dmy"
    assert not infer(days_then_months).ambiguous
    assert infer([(month, day, year) for day, month, year in days_then_months]).order == "mdy"


def test_names_of_weekdays_settle_the_order() -> None:
    fourth_of_march, third_of_april = 0, 2  # Monday, Wednesday in 2019

    assert infer([(3, 4, 2019)], weekdays=[fourth_of_march]).order == "mdy"
    assert infer([(3, 4, 2019)], weekdays=[third_of_april]).order == "dmy"
    assert not infer([(3, 4, 2019)], weekdays=[third_of_april]).ambiguous


def test_a_few_damaged_dates_decide_nothing() -> None:
    days = [(day, 5, 2019) for day in range(1, 29)] * 4

    assert infer([(1, 13, 2019), *days]).order == "dmy"


def test_file_that_nothing_settles_is_ambiguous_and_read_as_its_language_has_it() -> None:
    found = infer([(3, 4, 2019)])
    american = infer([(3, 4, 2019)], prefers="mdy")

    assert (found.order, found.ambiguous) == ("dmy", True)
    assert (american.order, american.ambiguous) == ("mdy", True)
    assert "--date-order" in found.note


def test_same_day_and_month_is_not_ambiguous() -> None:
    assert not infer([(4, 4, 2019)]).ambiguous


def test_years_of_other_calendars() -> None:
    assert build((27, 3, 2565), "dmy") == build((27, 3, 2022), "dmy")
    assert build((31, 2, 2019), "dmy") is None


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -1e300, 10**40])
def test_number_that_is_no_time_is_none(value: float) -> None:
    assert from_epoch(value) is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("[3/4/24, 8:03:12\u202fAM] Ann: padded in no American export", "2024-03-04"),
        ("[03/04/24, 8:03:12\u202fAM] Ann: padded as in India", "2024-04-03"),
        ("3/4/24, 8:03 am - Ann: small letters as in Australia", "2024-04-03"),
    ],
)
def test_way_the_clock_is_written_makes_an_order_likelier(read: Read, line: str, day: str) -> None:
    messages, [summary] = read("chat.txt", f"{line}\n{line}\n")

    assert times(messages)[0].startswith(day)
    assert any("ambiguous" in note for note in summary.notes)


@pytest.mark.parametrize("order", ["dmy", "mdy", "ymd"])
def test_date_order_settles_an_ambiguous_file_without_a_note(read: Read, order: Order) -> None:
    text = "03/04/05, 08:00 - Ann: a\n03/04/05, 08:01 - Bo: b\n"

    messages, [summary] = read("chat.txt", text, ReadOptions(date_order=order))

    day = {"dmy": "2005-04-03", "mdy": "2005-03-04", "ymd": "2003-04-05"}[order]
    assert times(messages)[0].startswith(day)
    assert not summary.notes
