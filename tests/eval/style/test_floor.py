"""The zero point: what it rests on, and whether a log comes from the bank's community."""

import math

import numpy as np
import pytest

from eval.style.bank import load_bank
from eval.style.community import NO_SIGNS, Signs, agreement, chance_of_home, strangeness
from eval.style.features import Reply, extract
from eval.style.floor import BANK_ERROR, people_spread, share_out
from eval.style.lexicon import ENGLISH_LEXICON
from eval.style.model import load_model

BANK = np.linspace(-1.0, 1.0, 51)
SPREAD = float(BANK.std())


def shares(log, *, signs=NO_SIGNS, bank=BANK):
    return share_out(np.array(log, float), bank, signs, spread=SPREAD)


def test_speakers_with_nothing_in_common_do_not_agree():
    assert agreement(np.eye(4)) == 0.0
    assert agreement(np.ones((1, 3))) == 0.0


def test_speakers_who_are_alike_agree_all_the_way():
    assert agreement(np.ones((3, 5))) == pytest.approx(1.0)


def test_agreement_is_the_mean_correlation_beyond_chance():
    profiles = np.array([[1.0, 1.0], [1.0, -0.0]])  # product 1, mean square 1.5, correlation 2/3
    assert agreement(profiles) == pytest.approx((2 / 3 - 0.1) / 0.9)


def test_every_sign_speaks_against_the_banks_community():
    none = chance_of_home(0.0, NO_SIGNS)
    assert none == pytest.approx(1 / (1 + math.exp(-3)))
    assert chance_of_home(-2.0, NO_SIGNS) == none  # log below the bank: not what communities do
    assert chance_of_home(4.0, NO_SIGNS) == pytest.approx(1 / (1 + math.exp(5)))
    assert chance_of_home(0.0, Signs(0.2, 0.0)) == pytest.approx(0.5)
    assert chance_of_home(0.0, Signs(0.0, 1.5)) == pytest.approx(0.5)
    assert chance_of_home(1e6, Signs(1.0, 1e6)) == pytest.approx(0.0)


def test_text_unlike_the_background_is_strange():
    model, bank = load_model(), load_bank()
    usual = "what does the output of that command say when you run it in a terminal?"
    strange = "zxqv wjjk ptzqx vvkq xwzj qqkz jxvw kzzqp"
    plain, odd = (
        strangeness(model, [extract([Reply(text, "a")] * 20, ENGLISH_LEXICON)], bank)
        for text in (usual, strange)
    )
    assert plain == 0.0 < 0.5 < odd


def test_without_a_bank_the_log_alone_sets_the_zero():
    found = shares([0.0, 1.0, 2.0], bank=np.zeros(0))
    assert (found.log, found.bank) == (1.0, 0.0)


def test_without_anybody_in_the_log_the_bank_sets_the_zero():
    found = shares([])
    assert (found.log, found.bank, found.error) == (0.0, 1.0, BANK_ERROR)


def test_at_home_both_weigh_by_inverse_variance():
    home = 1 / (1 + math.exp(-3))
    found = shares([0.0] * 4)
    assert found.bank == pytest.approx(home * 0.25 / (0.25 + BANK_ERROR**2))
    assert found.log + found.bank == pytest.approx(1.0)


def test_at_home_the_bank_outweighs_one_speaker_but_not_a_hundred():
    assert shares([0.0]).bank > 0.8
    assert shares([0.0] * 100).bank < 0.1


def test_the_bank_steps_aside_where_the_log_stands_elsewhere():
    assert shares([5 * SPREAD]).bank < 0.02
    assert shares([0.0], signs=Signs(0.4, 2.0)).bank < 0.02


def test_doubt_about_the_community_is_part_of_the_error():
    sure, torn = shares([0.0]), shares([2.5 * SPREAD])
    assert 0.3 < torn.bank < 0.8
    assert torn.error > 3 * sure.error


def test_the_banks_spread_stands_in_for_speakers_the_log_lacks():
    log = np.array([0.0, 0.2, 0.4, 0.6])  # squares .2, four of eight speakers missing
    expected = math.sqrt((0.2 + 4 * SPREAD**2) / 7)
    assert people_spread(log, BANK) == pytest.approx(expected)
    assert people_spread(log[:1], BANK) == pytest.approx(SPREAD)
    many = np.linspace(0.0, 0.1, 8)
    assert people_spread(many, BANK) == pytest.approx(float(many.std()))
