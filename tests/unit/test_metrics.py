"""The measures against hand-worked arithmetic and against the reference implementations."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.metrics import (
    RETRIEVAL,
    Cited,
    area_under_risk,
    auroc,
    calibration_curve,
    calibration_error,
    faithful,
    holds,
    percentile,
    retrieval,
    risk_coverage,
)
from eval.questions import Accepted

ANSWER = Accepted("kim", "v1", "in his private train", 12, 32)


def value(statistic, questions: int) -> float:
    return float(statistic(np.ones((1, questions)))[0])


def test_retrieval_measures_are_their_textbook_sums():
    qrels = {"q": {"a": 1, "b": 1}}
    scores = retrieval(qrels, {"q": ["x", "a", "y", "b", "z"]})
    ideal = 1 / log2(1 + 1) + 1 / log2(2 + 1)
    assert scores["nDCG@10"]["q"] == pytest.approx((1 / log2(2 + 1) + 1 / log2(4 + 1)) / ideal)
    assert scores["RR@10"]["q"] == pytest.approx(1 / 2)
    assert scores["R@5"]["q"] == pytest.approx(2 / 2)
    assert scores["Success@1"]["q"] == 0


def test_recall_counts_only_what_is_above_the_cut():
    scores = retrieval({"q": {"a": 1, "b": 1}}, {"q": ["a", "1", "2", "3", "4", "b"]})
    assert scores["R@5"]["q"] == pytest.approx(1 / 2)
    assert scores["R@100"]["q"] == pytest.approx(2 / 2)
    assert scores["Success@1"]["q"] == 1


def test_graded_relevance_weighs_in_ndcg():
    scores = retrieval({"q": {"a": 1, "b": 2}}, {"q": ["a", "b"]})
    got, ideal = 1 / log2(2) + 2 / log2(3), 2 / log2(2) + 1 / log2(3)
    assert scores["nDCG@10"]["q"] == pytest.approx(got / ideal)


def test_a_question_without_results_scores_zero_in_every_measure():
    scores = retrieval({"q": {"a": 1}, "p": {"a": 1}}, {"p": ["a"]})
    assert {name: each["q"] for name, each in scores.items()} == dict.fromkeys(RETRIEVAL, 0.0)
    assert retrieval({"q": {"a": 1}}, {})["nDCG@10"] == {"q": 0.0}


def test_a_question_with_nothing_relevant_is_left_out():
    assert retrieval({"q": {"a": 0}, "p": {"a": 1}}, {"q": ["a"], "p": ["a"]})["R@5"] == {"p": 1.0}


def test_the_given_order_is_kept_where_trec_eval_would_order_by_name():
    assert retrieval({"q": {"a": 1}}, {"q": ["a", "z"]})["Success@1"]["q"] == 1
    assert retrieval({"q": {"z": 1}}, {"q": ["z", "a"]})["Success@1"]["q"] == 1


def test_a_document_ranked_twice_counts_at_its_better_rank():
    assert retrieval({"q": {"b": 1}}, {"q": ["a", "a", "b"]})["RR@10"]["q"] == pytest.approx(1 / 2)


@given(
    ranking=st.permutations([f"d{n}" for n in range(12)]),
    grades=st.dictionaries(
        st.sampled_from([f"d{n}" for n in range(14)]), st.integers(0, 3), min_size=1
    ),
)
def test_retrieval_agrees_with_trec_eval_itself(ranking, grades):
    """pytrec_eval is trec_eval's own C code; ir-measures is asked through our function.

    trec_eval has no cut for the reciprocal rank: the ranking is cut for it.
    """
    if not any(grades.values()):
        return
    reference = pytrec_eval.RelevanceEvaluator(
        {"q": grades}, {"ndcg_cut.10", "recall.5", "recall.100", "success.1"}
    ).evaluate({"q": {name: float(-rank) for rank, name in enumerate(ranking)}})["q"]
    first = pytrec_eval.RelevanceEvaluator({"q": grades}, {"recip_rank"}).evaluate(
        {"q": {name: float(-rank) for rank, name in enumerate(ranking[:10])}}
    )["q"]
    scores = retrieval({"q": grades}, {"q": ranking})
    assert scores["RR@10"]["q"] == pytest.approx(first["recip_rank"])
    assert scores["nDCG@10"]["q"] == pytest.approx(reference["ndcg_cut_10"])
    assert scores["R@5"]["q"] == pytest.approx(reference["recall_5"])
    assert scores["R@100"]["q"] == pytest.approx(reference["recall_100"])
    assert scores["Success@1"]["q"] == pytest.approx(reference["success_1"])


@pytest.mark.parametrize(
    ("cited", "right"),
    [
        (Cited("kim", "v1", "in his private train", 12, 32), True),
        (Cited("kim", "v1", "came in his private train.", 7, 33), True),
        (Cited("kim", "v1", "private train", 19, 32), False),
        (Cited("kim", "v2", "in his private train", 12, 32), False),
        (Cited("putin", "v1", "in his private train", 12, 32), False),
        (Cited("kim", "v1", "in his private train", 112, 132), False),
    ],
    ids=["exact", "wider", "narrower", "another version", "another article", "another place"],
)
def test_a_citation_holds_an_answer_only_at_its_place(cited, right):
    assert holds(cited, [ANSWER]) is right


def test_fidelity_compares_the_slice_with_the_quote():
    body = "Kim came in his private train."
    assert faithful(Cited("kim", "v", "private", 16, 23), body)
    assert not faithful(Cited("kim", "v", "private", 15, 22), body)
    assert not faithful(Cited("kim", "v", "private", 16, 23), None)


def test_auroc_counts_pairs_in_the_right_order_and_ties_half():
    scores = np.array([0.9, 0.4, 0.4, 0.1])
    positive = np.array([True, True, False, False])
    # pairs: 0.9>0.4, 0.9>0.1, 0.4=0.4, 0.4>0.1
    assert value(auroc(scores, positive), 4) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_auroc_is_undefined_without_both_kinds():
    assert np.isnan(value(auroc(np.array([0.3, 0.4]), np.array([True, True])), 2))


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=30
    )
)
def test_weighted_auroc_agrees_with_scikit_learn(rows):
    scores = np.array([score / 5 for score, _, _ in rows])
    positive = np.array([flag for _, flag, _ in rows])
    weights = np.array([float(weight) for _, _, weight in rows])
    if min(weights[positive].sum(), weights[~positive].sum()) == 0:
        return
    expected = roc_auc_score(positive, scores, sample_weight=weights)
    assert auroc(scores, positive)(weights[None])[0] == pytest.approx(expected)


def test_calibration_error_is_the_weighted_gap_of_each_bin():
    confidences = np.array([0.95, 0.91, 0.15, 1.0])
    right = np.array([1.0, 0.0, 0.0, 1.0])
    # last bin: 0.95, 0.91, 1.0 with 2 of 3 right; second bin: 0.15 with none right
    last, second = abs((0.95 + 0.91 + 1.0) / 3 - 2 / 3), abs(0.15 - 0)
    expected = 3 / 4 * last + 1 / 4 * second
    assert value(calibration_error(confidences, right), 4) == pytest.approx(expected)


def test_calibration_curve_gives_each_bin_that_is_not_empty():
    curve = calibration_curve(np.array([0.95, 0.91, 0.15]), np.array([1.0, 0.0, 0.0]))
    assert curve == [
        (pytest.approx(0.15), 0.0, 1),
        (pytest.approx((0.95 + 0.91) / 2), pytest.approx(1 / 2), 2),
    ]


def test_risk_grows_as_less_sure_answers_are_let_in():
    coverage, risk = risk_coverage(np.array([0.2, 0.9, 0.6]), np.array([1.0, 0.0, 0.5]))
    assert coverage.tolist() == pytest.approx([1 / 3, 2 / 3, 3 / 3])
    assert risk.tolist() == pytest.approx([0 / 1, (0 + 0.5) / 2, (0 + 0.5 + 1) / 3])


def test_equal_confidences_are_one_point_of_the_risk_curve():
    coverage, risk = risk_coverage(np.array([0.5, 0.5, 0.9]), np.array([1.0, 0.0, 0.0]))
    assert coverage.tolist() == pytest.approx([1 / 3, 1.0])
    assert risk.tolist() == pytest.approx([0.0, 1 / 3])


def test_area_under_risk_is_the_mean_of_the_curve_over_questions():
    area = area_under_risk(np.array([0.2, 0.9, 0.6]), np.array([1.0, 0.0, 0.5]))
    assert value(area, 3) == pytest.approx((0 + 0.5 / 2 + 1.5 / 3) / 3)


def test_a_weight_of_two_is_the_same_question_twice():
    confidences, risks = np.array([0.9, 0.6, 0.2]), np.array([0.0, 1.0, 1.0])
    twice = [0, 1, 1, 2]
    weighted = np.array([[1.0, 2.0, 1.0]])
    for make in (area_under_risk, calibration_error):
        assert make(confidences, risks)(weighted)[0] == pytest.approx(
            value(make(confidences[twice], risks[twice]), 4)
        )
    assert percentile(confidences, 0.5)(weighted)[0] == 0.6


def test_percentile_is_the_nearest_rank():
    milliseconds = np.array([30.0, 10.0, 20.0, 40.0])
    assert value(percentile(milliseconds, 0.50), 4) == 20.0
    assert value(percentile(milliseconds, 0.95), 4) == 40.0
