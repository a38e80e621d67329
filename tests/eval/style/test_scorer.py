"""The scale: its ends, its symmetries, its refusals."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from eval.style.features import Reply
from eval.style.material import LEAST_TEST
from eval.style.results import Refusal
from eval.style.scorer import build_scale
from eval.style.trust import not_told_apart, replies_needed, told_apart


def test_the_person_lands_near_100(scale):
    score = scale.score(scale.held_out)
    assert 80 < score.score < 120
    assert score.low < 100 < score.high


def test_further_replies_of_the_person_land_near_100(scale, anna):
    assert scale.score(anna).score == pytest.approx(100, abs=20)


def test_other_people_land_near_0_on_average(scale, strangers):
    assert np.mean([scale.score(replies).score for replies in strangers]) == pytest.approx(
        0, abs=35
    )


def test_mixtures_rise_with_the_share_of_the_person(scale, anna, bert):
    scores = [scale.score([*anna[:count], *bert[count:]]).score for count in (0, 25, 50, 75, 100)]
    assert scores == sorted(scores)


def test_score_does_not_depend_on_the_order_of_the_replies(scale, anna):
    fewer = anna[:60]  # all of them counted, none drawn
    assert scale.score(fewer).score == pytest.approx(scale.score(fewer[::-1]).score)


def test_the_same_seed_gives_the_same_score(scale, reference, test_split, crowd, anna):
    again = build_scale(reference, test_split, crowd, seed=1)
    assert again.score(anna) == scale.score(anna)
    assert again.calibration == scale.calibration


def test_a_caricature_earns_little_more_than_the_person(scale, reference):
    assert scale.score([reply for reply in reference[:40] for _ in range(3)]).score < 150


def test_another_seed_gives_nearly_the_same_score(scale, reference, test_split, crowd, anna):
    other = build_scale(reference, test_split, crowd, seed=8)
    assert other.score(anna).score == pytest.approx(scale.score(anna).score, abs=8)


def test_names_of_people_do_not_change_the_score(reference, test_split, crowd, anna):
    def called(name):
        return [dataclasses.replace(one, text=f"{name}: {one.text}") for one in anna]

    scale = build_scale(reference, test_split, crowd, seed=1, names=["Zoltan", "Yvonne"])
    scores = [scale.score(called(name)).score for name in ("Zoltan", "Yvonne")]
    assert scores[0] == pytest.approx(scores[1])


def test_fewer_replies_give_a_wider_interval(scale, anna):
    few, many = scale.score(anna[:25]), scale.score(anna)
    assert few.high - few.low > many.high - many.low


def test_person_and_somebody_else_differ_significantly(scale, anna, bert):
    found = scale.compare(anna, bert)
    assert found.low > 0
    assert found.p == pytest.approx(0.001)
    assert found.difference == pytest.approx(-scale.compare(bert, anna).difference, abs=5)


def test_the_same_replies_do_not_differ(scale, anna):
    found = scale.compare(anna, anna)
    assert (found.difference, found.p) == (pytest.approx(0, abs=1e-9), 1.0)


def test_calibration_is_printed_with_the_scale(scale):
    calibration = scale.calibration
    assert calibration.floor < calibration.ceiling
    assert calibration.auc_low <= calibration.auc <= calibration.auc_high <= 1
    assert calibration.impostors >= 6 + 40
    assert calibration.replies_needed >= 20 / 3


def test_no_number_of_replies_is_enough_where_the_ends_are_loose(scale):
    wide = scale.levels.ceiling_draws * 20
    loose = dataclasses.replace(scale.levels, ceiling_draws=wide)
    assert replies_needed(loose, messages_per_reply=1.0) is None
    assert replies_needed(scale.levels, messages_per_reply=1.0) >= LEAST_TEST


def test_caricature_is_flagged_as_over_typical(scale, reference):
    assert scale.score([reply for reply in reference[:40] for _ in range(3)]).over_typical


def test_under_50_reference_messages_there_is_no_score(reference, test_split, crowd):
    refusal = build_scale(reference[:20], test_split, crowd, seed=1)
    assert isinstance(refusal, Refusal)
    assert "50 messages are needed" in refusal.why


def test_under_20_test_messages_there_is_no_score(reference, test_split, crowd):
    refusal = build_scale(reference, test_split[:10], crowd, seed=1)
    assert isinstance(refusal, Refusal)
    assert "replies; 20 messages are needed" in refusal.why


def test_under_20_messages_nothing_is_scored(scale, anna):
    assert isinstance(scale.score(anna[:10]), Refusal)


def test_under_100_messages_a_score_is_indicative(reference, test_split, crowd, scale):
    assert scale.doubts == ()
    fewer = build_scale(reference[:80], test_split, crowd, seed=1)
    assert any("only indicative" in doubt for doubt in fewer.doubts)


def test_a_log_of_two_says_what_its_zero_rests_on(reference, test_split, crowd):
    pair = build_scale(reference, test_split, {"person1": crowd["person1"]}, seed=1)
    said = next(doubt for doubt in pair.doubts if "enough messages: 1." in doubt)
    assert f"{pair.levels.shares.bank:.0%} on strangers" in said
    off = 1.96 * pair.levels.floor_draws.std() / pair.levels.span * 100
    assert f"off by {off:.0f} points" in said


def test_a_person_like_everybody_else_is_not_scored(crowd):
    mixed = [reply for replies in crowd.values() for reply in replies[:40]]
    said = [Reply(one.text, str(place % 30)) for place, one in enumerate(mixed)]
    refusal = build_scale(said[::2], said[1::2], {"x": mixed, "y": mixed[::-1]}, seed=1)
    assert isinstance(refusal, Refusal)
    assert "cannot be told from other people" in refusal.why
    assert "join the names with --alias" in refusal.why


def test_scoring_needs_no_torch():
    code = (
        "import sys, eval.style.scorer, eval.style.explain;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn', 'scipy', 'pandas')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_score_where_the_ends_may_be_the_same(scale):
    found, levels = scale.calibration, scale.levels
    assert told_apart(found, levels)
    loose = np.random.default_rng(1).normal(0, 1.5 * levels.span, len(levels.ceiling_draws))
    assert not told_apart(found, dataclasses.replace(levels, ceiling_draws=loose))
    assert not told_apart(dataclasses.replace(found, auc=0.8), levels)


def test_ends_that_are_one_point_are_refused_in_words(scale):
    same = dataclasses.replace(
        scale.levels,
        ceiling=scale.levels.floor,
        ceiling_draws=np.zeros_like(scale.levels.ceiling_draws),
        floor_draws=np.zeros_like(scale.levels.floor_draws),
    )
    assert not told_apart(scale.calibration, same)
    assert "0.00 apart" in not_told_apart(scale.calibration, same).why
