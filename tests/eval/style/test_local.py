"""Logs in another language, and the probes that the self-test replays."""

import random

import numpy as np
import pytest

from eval.style.features import Reply, extract
from eval.style.lexicon import choose_lexicon
from eval.style.local import local_model, views_without
from eval.style.model import load_model
from eval.style.probes import (
    build_probes,
    learn_rules,
    rewrite,
    scrub,
    shuffle_words,
    with_fillers,
)
from eval.style.resemblance import build_profile
from eval.style.results import Refusal
from eval.style.scorer import build_scale
from eval.style.selftest import Struck, judge, middle, run_selftest

CIPHER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjklyxcvbnm")


def silent(_):
    """The word of gates of which none can tell."""
    return Struck(None, frozenset({"copying", "diversity", "fluency", "form"}))


def foreign(replies):
    """The same replies in a language that no list knows: every letter another one."""
    return [Reply(one.text.lower().translate(CIPHER), one.conversation) for one in replies]


@pytest.fixture(scope="module")
def probes(reference, scale, strangers):
    others = {str(number): replies for number, replies in enumerate(strangers)}
    return build_probes(reference, list(scale.held_out), others, seed=1)


def test_another_language_is_scored_with_its_own_words(reference, test_split, anna, bert, crowd):
    others = {name: foreign(replies) for name, replies in list(crowd.items())[:5]}
    scale = build_scale(foreign(reference), foreign(test_split), others, seed=1)
    assert scale.profile.model.lexicon.language == "learned"
    assert scale.calibration.impostors == 5
    own, other = scale.score(foreign(anna)), scale.score(foreign(bert))
    assert own.score == pytest.approx(100, abs=30)
    assert other.score < 50


def test_another_language_needs_three_other_people(reference, test_split, crowd):
    others = {name: foreign(replies) for name, replies in list(crowd.items())[:2]}
    refusal = build_scale(foreign(reference), foreign(test_split), others, seed=1)
    assert isinstance(refusal, Refusal)
    assert "not in English" in refusal.why


def test_nobody_is_in_the_background_that_he_is_placed_against(reference, crowd):
    people = [foreign(reference), *(foreign(replies) for replies in list(crowd.values())[:4])]
    lexicon = choose_lexicon({str(n): [one.text for one in p] for n, p in enumerate(people)})
    known, *rivals = (extract(replies, lexicon) for replies in people)
    shipped = load_model()

    def learned(speakers):
        return local_model(shipped, lexicon, speakers, rng=np.random.default_rng(1))

    views = list(views_without(learned([known, *rivals]), shipped, known, rivals))
    for place, view in enumerate(views):
        rest = learned([known, *rivals[:place], *rivals[place + 1 :]])
        np.testing.assert_allclose(view.model.plain, rest.plain)
        np.testing.assert_allclose(view.model.masked, rest.masked)
        np.testing.assert_allclose(view.model.rates.mean, rest.rates.mean, atol=1e-12)
        np.testing.assert_allclose(view.model.habits.mean, rest.habits.mean, atol=1e-12)
        np.testing.assert_array_equal(view.plain, build_profile(view.model, known).plain)


def test_scrubbing_keeps_the_content_and_drops_the_style():
    assert scrub("lol idk, u dont know :)") == "I do not know you do not know."
    assert scrub("really??") == "Really?"
    assert scrub(":)") == "Indeed."


def test_shuffling_keeps_every_word():
    assert sorted(shuffle_words("a b c d", random.Random(1)).split()) == ["a", "b", "c", "d"]


def test_copied_rules_are_the_persons():
    rules = learn_rules([Reply("yes :)", "c"), Reply("no :)", "c")])
    assert (rules.lower, rules.bare, rules.smiley) == (1.0, 1.0, 1.0)
    assert rewrite(Reply("It works.", "c"), rules, random.Random(1)).text == "it works :)"


def test_every_probe_has_as_many_replies_as_the_person(probes):
    person = probes[0]
    assert person.is_person
    sizes = {len(replies) for probe in probes[1:] for replies in probe.attempts}
    assert sizes <= {len(person.attempts[0]), 100}


def test_several_other_people_are_tried_and_the_middle_one_is_judged(scale, probes):
    attempts = probes[1].attempts
    assert len(attempts) == 5
    scores = [scale.score(replies).score for replies in attempts]
    found = {row.name: row.score for row in run_selftest(scale, probes, strike=silent)}
    assert found["another person"] == sorted(scores)[2]


def test_of_two_other_people_the_one_more_like_the_person_is_judged():
    assert middle([1.0, 30.0], by=float) == 30.0


def test_selftest_finds_the_person_and_nobody_else(scale, probes):
    verdicts = {result.name: result.passed for result in run_selftest(scale, probes, strike=silent)}
    assert verdicts["the person"] is True
    assert verdicts["another person"] is True
    assert verdicts["polite assistant"] is True
    assert verdicts["copies of the reference"] is None  # only the copying gate could tell


def test_a_gate_decides_where_style_cannot(probes):
    copies = next(probe for probe in probes if probe.gate == "copying")
    assert judge(copies, 130.0, Struck("copied")) is True
    assert judge(copies, 130.0, Struck(None)) is False
    assert judge(copies, 130.0, Struck(None, frozenset({"copying"}))) is None
    assert judge(copies, 130.0, Struck(None, frozenset({"fluency"}))) is False
    assert judge(probes[0], 100.0, Struck("copied")) is False


def test_a_probe_that_nobody_can_play_is_told_and_not_passed(reference, scale):
    alone = build_probes(reference, list(scale.held_out), {}, seed=1)
    found = {row.name: row for row in run_selftest(scale, alone, strike=silent)}
    assert found["another person"].passed is None
    assert "no other person" in found["another person"].why
    short = build_probes(reference, list(scale.held_out), {"b": scale.held_out[:5]}, seed=1)
    found = {row.name: row for row in run_selftest(scale, short, strike=silent)}
    assert found["another person"].passed is None
    assert "20 messages are needed" in found["another person"].why


def test_words_are_shuffled_in_scripts_without_spaces_too():
    text = "今天的天气真的很好"
    shuffled = shuffle_words(text, random.Random(1))
    assert shuffled != text
    assert sorted(shuffled) == sorted(text)
    assert with_fillers(text) == "今天的天气真 like的很好"
    assert with_fillers("a b c d e f g") == "a b c d e f like g"
