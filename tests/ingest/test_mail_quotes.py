"""What somebody wrote himself, told from what his mail program put around it."""

import pytest

from ingest.mail_quotes import is_forward, own

ATTRIBUTIONS = [
    "On Mon, 5 Feb 2024 at 10:00, Bo <bo@example.com> wrote:",
    "On Mon, Feb 5, 2024 at 10:00\u202fAM Bo Ek <bo@example.com>\nwrote:",
    "Am 05.02.24 um 10:00 schrieb Bo Ek:",
    "Bo Ek <bo@example.com> schrieb am Do., 1. Feb. 2024, 09:30:",
    "Le lun. 5 févr. 2024 à 10:00, Bo <bo@example.com> a écrit :",
    "El lun, 5 feb 2024 a las 10:00, Bo (<bo@example.com>) escribió:",
    "Il giorno lun 5 feb 2024 alle ore 10:00 Bo <bo@example.com> ha scritto:",
    "Em seg., 5 de fev. de 2024 às 10:00, Bo <bo@example.com> escreveu:",
    "Op ma 5 feb 2024 om 10:00 schreef Bo <bo@example.com>:",
    "Den mån 5 feb. 2024 kl 10:00 skrev Bo <bo@example.com>:",
    "ma 5. helmik. 2024 klo 10.00 Bo (bo@example.com) kirjoitti:",
    "W dniu 05.02.2024 o 10:00, Bo pisze:",
    "чт, 1 февр. 2024 г. в 09:30, Bo <bo@example.com>:",
    "Bo <bo@example.com> 于2024年2月1日周四 09:30写道：",
    "2024年2月5日(月) 10:00 Bo <bo@example.com>:",
    "2024년 2월 5일 (월) 오전 10:00, Bo <bo@example.com>님이 작성:",
    "---- On Mon, 5 Feb 2024 10:00:00 +0100 bo@example.com wrote ----",
    "Am Fr., 28. Nov. 2025 um 15:57 Uhr schrieb Bo Ek <\nbo@example.com>:",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_reply_above_a_quotation_is_all_that_stays(line: str) -> None:
    assert own(f"Yes!\n\n{line}\n\n> lunch?\n> or later\n") == "Yes!"
    assert own(f"{line}\n> lunch?\n\nYes!\n") == "Yes!"
    assert own(f"Yes!\n\n{line}\nlunch? (nothing marks this as quoted)\n") == "Yes!"


@pytest.mark.parametrize(
    "block",
    [
        "From: Bo Ek <bo@x.org>\nSent: Monday, February 5, 2024 10:00\nTo: Ann\nSubject: RE: x",
        "Von: Bo Ek\nGesendet: Montag, 5. Februar 2024 10:00\nAn: Ann\nBetreff: AW: x",
        "De : Bo Ek\nEnvoyé : lundi 5 février 2024 10:00\nÀ : Ann\nObjet : RE: x",
        "*From:* Bo Ek\n*Date:* Monday\n*To:* Ann\n*Subject:* x",
        "De: Bo Ek\nEnviado el: lunes, 5 de febrero\nPara: Ann\nAsunto: x",
    ],
)
def test_outlooks_copy_of_the_mail_before_goes(block: str) -> None:
    assert own(f"hi\n\n________________________________\n{block}\n\nold") == "hi"
    assert own(f"hi\n\n{block}\n\nold") == "hi"


def test_a_separator_ends_the_mail_in_any_language() -> None:
    for line in (
        "-----Original Message-----", "-----Ursprüngliche Nachricht-----",
        "----- Mensaje original -----", "---------- Forwarded message ---------",
        "Anfang der weitergeleiteten Nachricht:",
    ):  # fmt: skip
        assert own(f"hi\n\n{line}\nold") == "hi"


def test_answers_between_quoted_lines_stay() -> None:
    assert own("> one\n\nfirst\n\n> two\n> lines\nsecond") == "first\n\nsecond"


def test_signatures_go_and_closing_words_stay() -> None:
    assert own("ok\n\nBest\nAnn\n\n-- \nAnn Lee\n+49 1") == "ok\n\nBest\nAnn"
    for line in ("Sent from my iPhone", "Von meinem iPhone gesendet", "Get Outlook for iOS",
                 "Envoyé de mon iPhone", "Verstuurd vanaf mijn iPhone"):  # fmt: skip
        assert own(f"ok\n\n{line}\n") == "ok"


@pytest.mark.parametrize(
    "text",
    [
        "As I said on 5 May she wrote: come home\nand so we went",
        "From: nowhere\nto here",
        "She wrote at 10:30 this morning, and I quote:\nhello there",
        "Meeting at 10:30: bring cake\nthx",
        "The agenda is:\n\n1. lunch\n2. tea",
        "hi\n\n\n\nthree blank lines",
        "a -- b\n---\nc",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert own(text) == text


def test_a_mail_that_only_passes_another_on_has_no_words_of_its_own() -> None:
    text = "---------- Forwarded message ---------\nFrom: Bo\n\nold"

    assert own(text) == ""
    assert is_forward(text)
