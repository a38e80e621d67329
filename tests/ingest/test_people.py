"""Who is who, and who is imitated."""

import pytest

from ingest.people import (
    People,
    SpeakerCount,
    Speakers,
    ask_subject,
    join_subject,
    subject_named,
)
from persona.data import Message
from persona.errors import ConfigError, DataError


def speakers(*messages: tuple[str, bool | None, str | None]) -> Speakers:
    found = Speakers()
    for sender, is_subject, role in messages:
        found.add(Message("chat", sender, None, "hi", is_subject, role))  # type: ignore[arg-type]
    return found


def who(
    found: Speakers, *names: str, people: People | None = None, side: str = "person"
) -> str | None:
    return join_subject(people or People({}), found, names=names, side=side)


def test_an_alias_is_counted_under_the_main_name() -> None:
    people = People({"Mara": ("mara.k", "Mara K")})
    assert [people.main(name) for name in ("mara.k", "MARA K", "Mara", "Ben")] == [
        "Mara",
        "Mara",
        "Mara",
        "Ben",
    ]


def test_chains_of_aliases_end_in_one_person() -> None:
    people = People({"Mara": ("mk",), "mk": ("m.kay",)})
    assert people.main("m.kay") == people.main("mk") == people.main("Mara") == "Mara"
    other_way = People({"mk": ("m.kay",), "Mara": ("mk",)})
    assert other_way.main("m.kay") == "Mara"


def test_a_name_given_to_two_people_is_refused() -> None:
    with pytest.raises(ConfigError, match="'mk' is given as 'Mara' and as 'Ben'"):
        People({"Mara": ("mk",), "Ben": ("mk",)})


def test_the_owner_marked_by_an_export_is_the_subject() -> None:
    assert who(speakers(("Ben", False, None), ("Mara", True, None))) == "Mara"


def test_owners_of_several_exports_are_one_person() -> None:
    people = People({})
    found = speakers(("Mara", True, None), ("Mara", True, None), ("mk", True, None))
    assert who(found, people=people) == "Mara"
    assert people.main("mk") == "Mara"


def test_owners_who_speak_in_each_others_exports_are_not_joined() -> None:
    found = speakers(("Mara", True, None), ("Ben", False, None), ("Ben", True, None))
    assert who(found) is None


def test_a_subject_asked_for_goes_before_the_owner() -> None:
    assert who(speakers(("Ben", False, None), ("Mara", True, None)), "Ben") == "Ben"


def test_several_names_asked_for_are_one_person() -> None:
    people = People({})
    found = speakers(("Mara", None, None), ("mk", None, None), ("Ben", None, None))
    assert who(found, "Mara", "mk", people=people) == "Mara"
    assert people.main("mk") == "Mara"


def test_a_name_is_found_whatever_its_case_and_kept_as_written_in_the_export() -> None:
    assert who(speakers(("Mara K", None, None)), "mara k") == "Mara K"


def test_an_alias_asked_for_is_the_person() -> None:
    people = People({"Mara": ("mk",)})
    assert who(speakers(("Mara", None, None), ("mk", None, None)), "mk", people=people) == "Mara"


@pytest.mark.parametrize("wrong", ["Marra", "mar"])
def test_a_name_nobody_has_asks_did_you_mean(wrong: str) -> None:
    with pytest.raises(DataError, match=rf"'{wrong}'; did you mean 'Mara'\?"):
        who(speakers(("Mara", None, None), ("Ben", None, None)), wrong)


def test_a_misspelt_first_name_finds_the_whole_name() -> None:
    with pytest.raises(DataError, match="did you mean 'Mara Kowalczyk'"):
        who(speakers(("Mara Kowalczyk", None, None), ("Ben Adeyemi", None, None)), "Maraa")


def test_every_speaker_who_may_be_meant_is_named() -> None:
    found = speakers(("Lena Ek", None, None), ("Lena Voss", None, None), ("Ben", None, None))
    with pytest.raises(DataError, match=r"did you mean 'Lena Ek' or 'Lena Voss'\?"):
        who(found, "Lena")


def test_a_name_like_no_other_gets_the_speakers() -> None:
    with pytest.raises(DataError, match="speakers: Ben, Mara"):
        who(speakers(("Mara", None, None), ("Ben", None, None)), "Zoltan")


def test_the_side_of_an_assistant_log_is_the_subject() -> None:
    found = speakers(("me", None, "person"), ("model-b", None, "assistant"), ("me", None, "person"))
    assert who(found) == "me"
    assert who(found, side="assistant") == "model-b"


def test_in_mixed_logs_the_person_is_not_guessed_from_the_assistants() -> None:
    assert who(speakers(("me", None, "person"), ("Mara", None, None))) is None


def test_the_assistants_side_goes_before_the_owner_where_it_is_asked_for() -> None:
    found = speakers(("me", True, "person"), ("model", False, "assistant"))
    assert who(found) == "me"
    assert who(found, side="assistant") == "model"


def test_without_a_terminal_the_speakers_are_listed_with_their_counts() -> None:
    counts = [SpeakerCount("Mara", 7), SpeakerCount("Ben", 3)]
    with pytest.raises(DataError, match=r"--subject NAME; .*Mara \(7\), Ben \(3\)"):
        ask_subject(counts, None)


def test_the_answer_at_the_terminal_is_looked_up_like_a_name() -> None:
    found = speakers(("Mara", None, None))
    assert ask_subject([SpeakerCount("Mara", 7)], lambda counts: counts[0].name) == "Mara"
    assert subject_named("mara", People({}), found) == "Mara"
