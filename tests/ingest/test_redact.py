"""Placeholders and stand-ins in the lines of a dataset."""

from ingest.lines import Accounts, Line, Thread
from ingest.redact import redact_threads, spellings_of, stand_ins


def redacted(
    *lines: tuple[str, str], names: dict[str, str], spellings: dict[str, str] | None = None
) -> tuple[list[tuple[str, str]], Accounts]:
    accounts = Accounts()
    thread = Thread("Tom", False, [Line(sender, text, None, None) for sender, text in lines])
    (found,) = redact_threads([thread], names=names, spellings=spellings or {}, accounts=accounts)
    return [(line.sender, line.text) for line in found.lines], accounts


def test_private_things_are_replaced_and_counted_and_the_message_stays() -> None:
    lines, accounts = redacted(("Tom", "call +44 7700 900123 or tom@example.org"), names={})
    assert lines == [("Tom", "call <phone> or <email>")]
    assert accounts.redacted == {"phone": 1, "email": 1}


def test_a_contact_known_by_a_number_alone_is_a_person() -> None:
    names = stand_ins(["Mara", "+44 7700 900123"], subject="Mara", pseudonyms=False)
    assert names == {"+44 7700 900123": "Person_1"}
    lines, _ = redacted(("+44 7700 900123", "hi"), names=names)
    assert lines == [("Person_1", "hi")]


def test_partners_are_numbered_by_how_much_they_say_and_the_subject_keeps_the_name() -> None:
    names = stand_ins(["Tom", "Mara", "Ben"], subject="Mara", pseudonyms=True)
    assert names == {"Tom": "Person_1", "Ben": "Person_2"}


def test_a_name_is_replaced_wherever_and_however_it_is_written() -> None:
    names = stand_ins(["Tom Ash", "Mara"], subject="Mara", pseudonyms=True)
    spellings = spellings_of(
        names, {"Tom Ash": "Tom Ash", "tommo": "Tom Ash", "Mara": "Mara"}, subject="Mara"
    )
    lines, accounts = redacted(
        ("Mara", "TOM, tom ash, @tommo and tomorrow with Mara"), names=names, spellings=spellings
    )
    assert lines == [("Mara", "Person_1, Person_1, @Person_1 and tomorrow with Mara")]
    assert accounts.redacted == {"name": 3}


def test_a_name_is_replaced_in_every_script_however_its_letters_are_put_together() -> None:
    known = ["Eva Weiß", "İrem", "Jose\N{COMBINING ACUTE ACCENT}"]
    names = stand_ins(known, subject="Mara", pseudonyms=True)
    spellings = spellings_of(names, {name: name for name in known}, subject="Mara")
    said = "Weiß WEISS weiß İrem irem josé jose\N{COMBINING ACUTE ACCENT}"
    lines, _ = redacted(("Mara", said), names=names, spellings=spellings)
    assert lines[0][1].split() == ["Person_1"] * 3 + ["Person_2"] * 2 + ["Person_3"] * 2


def test_a_name_that_is_a_word_is_a_name_with_a_capital_only() -> None:
    names = stand_ins(["Will"], subject="Mara", pseudonyms=True)
    spellings = spellings_of(names, {"Will": "Will"}, subject="Mara")
    lines, accounts = redacted(("Mara", "will Will come"), names=names, spellings=spellings)
    assert lines == [("Mara", "will Person_1 come")]
    assert accounts.redacted == {"name": 1}


def test_a_first_name_of_two_people_is_nobodys() -> None:
    names = stand_ins(["Tom A", "Tom B"], subject="Mara", pseudonyms=True)
    spellings = spellings_of(names, {"Tom A": "Tom A", "Tom B": "Tom B"}, subject="Mara")
    assert "tom" not in spellings
    assert spellings["tom b"] == "Person_2"
