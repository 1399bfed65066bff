#!/usr/bin/env python3
"""Writes metrics-reference.json with scikit-learn: python3 metrics-reference.py > metrics-reference.json

Where scikit-learn has no such metric (specificity, calibration errors, sensitivity at a given
specificity), it is derived from scikit-learn's confusion matrix, ROC points or bins. What the
library calls undefined is null here, whatever scikit-learn would put in its place.
"""
import json
import sys
import warnings

import numpy as np
import scipy
import sklearn
from sklearn import metrics as m

warnings.filterwarnings("ignore")
BINS, BETA, AT = 15, 2.0, 0.95


def none(condition, value):
    return None if condition else float(value())


def edges(bins):
    return np.array([i / bins for i in range(bins + 1)])


def calibration(truth, p):
    confidence = p.max(axis=1)
    right = p.argmax(axis=1) == truth
    # As sklearn.calibration.calibration_curve assigns bins: (a, b], 0 in the first.
    place = np.searchsorted(edges(BINS)[1:-1], confidence)
    gaps, weights = [], []
    for b in range(BINS):
        inside = place == b
        if inside.any():
            gaps.append(abs(confidence[inside].mean() - right[inside].mean()))
            weights.append(inside.mean())
    return float(np.dot(gaps, weights)), float(max(gaps))


def at_specificity(y, score):
    fpr, tpr, _ = m.roc_curve(y, score, drop_intermediate=False)
    return float(tpr[1 - fpr >= AT - 1e-9].max())


def at_sensitivity(y, score):
    fpr, tpr, _ = m.roc_curve(y, score, drop_intermediate=False)
    return float((1 - fpr)[tpr >= AT - 1e-9].max())


def one_class(truth, guess, p, c, rank):
    y, g, s = truth == c, guess == c, p[:, c]
    none_of = not y.any()
    all_of = y.all()
    return {
        "precision": none(not g.any(), lambda: m.precision_score(y, g)),
        "recall": none(none_of, lambda: m.recall_score(y, g)),
        "specificity": none(all_of, lambda: m.recall_score(~y, ~g)),
        "f1": none(none_of and not g.any(), lambda: m.f1_score(y, g)),
        "fBeta": none(none_of and not g.any(), lambda: m.fbeta_score(y, g, beta=BETA)),
        # Of the label that is not ranked, of two: by symmetry the other one's scores turned round.
        "auroc": none(none_of or all_of,
                      lambda: m.roc_auc_score(y, s if rank else -p[:, 1 - c])),
        "auprc": none(none_of or not rank, lambda: m.average_precision_score(y, s)),
    }


def mean(values):
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None


def expected(classes, positive, truth, p):
    n = len(truth)
    ranked = range(classes)
    if classes == 2:
        ranked = [positive if positive is not None else 1]
    if n == 0:
        guess = truth
        per = [dict.fromkeys(["precision", "recall", "specificity", "f1", "fBeta", "auroc", "auprc"])
               for _ in range(classes)]
        names = ["accuracy", "balancedAccuracy", "auroc", "sensitivity", "specificity", "precision",
                 "f1", "fBeta", "mcc", "kappa", "macroPrecision", "macroRecall", "macroF1",
                 "weightedPrecision", "weightedF1", "auprc", "sensitivityAtSpecificity",
                 "specificityAtSensitivity", "logLoss", "brier", "expectedCalibrationError",
                 "maximumCalibrationError"]
        return dict.fromkeys(names), per
    guess = p.argmax(axis=1)
    labels = list(range(classes))
    per = [one_class(truth, guess, p, c, c in ranked) for c in labels]
    ece, mce = calibration(truth, p)
    one_truth, one_guess = len(set(truth)) == 1, len(set(guess)) == 1
    both = not one_truth
    stage = {
        "accuracy": m.accuracy_score(truth, guess),
        "balancedAccuracy": m.balanced_accuracy_score(truth, guess),
        "auroc": mean([per[c]["auroc"] for c in ranked]),
        "auprc": mean([per[c]["auprc"] for c in ranked]),
        "mcc": none(one_truth or one_guess, lambda: m.matthews_corrcoef(truth, guess)),
        "kappa": none(one_truth and one_guess and truth[0] == guess[0],
                      lambda: m.cohen_kappa_score(truth, guess, labels=labels)),
        "macroPrecision": m.precision_score(truth, guess, average="macro", zero_division=0),
        "macroRecall": m.recall_score(truth, guess, average="macro", zero_division=0),
        "macroF1": m.f1_score(truth, guess, average="macro", zero_division=0),
        "weightedPrecision": m.precision_score(truth, guess, average="weighted", zero_division=0),
        "weightedF1": m.f1_score(truth, guess, average="weighted", zero_division=0),
        "logLoss": m.log_loss(truth, p, labels=labels),
        "brier": (m.brier_score_loss(truth == ranked[0], p[:, ranked[0]], pos_label=True)
                  if classes == 2 else float(((p - np.eye(classes)[truth]) ** 2).sum(axis=1).mean())),
        "expectedCalibrationError": ece,
        "maximumCalibrationError": mce,
    }
    named = per[positive] if positive is not None else dict.fromkeys(per[0])
    stage["sensitivity"] = named["recall"]
    for name in ["specificity", "precision", "f1", "fBeta"]:
        stage[name] = named[name]
    readable = positive is not None and (truth == positive).any() and (truth != positive).any()
    stage["sensitivityAtSpecificity"] = none(
        not readable, lambda: at_specificity(truth == positive, p[:, positive]))
    stage["specificityAtSensitivity"] = none(
        not readable, lambda: at_sensitivity(truth == positive, p[:, positive]))
    return {k: None if v is None else float(v) for k, v in stage.items()}, per


def soft(rng, truth, classes, skill, digits=None):
    logits = rng.normal(size=(len(truth), classes)) + skill * np.eye(classes)[truth]
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    if digits is not None:
        p = np.round(p, digits)
        p[:, -1] = 0
        p[:, -1] = np.round(1 - p.sum(axis=1), digits)
        p = np.clip(p, 0, 1)
        p /= p.sum(axis=1, keepdims=True)
    return p


def main():
    rng = np.random.default_rng(20261123)
    cases = []

    def case(name, classes, positive, truth, p):
        truth = np.asarray(truth, dtype=int)
        p = np.asarray(p, dtype=float).reshape(len(truth), classes)
        stage, per = expected(classes, positive, truth, p)
        cases.append({"name": name, "classes": classes, "positive": positive,
                      "truth": truth.tolist(), "probabilities": p.tolist(),
                      "stage": stage, "perClass": per})

    t = rng.integers(0, 2, 120)
    case("ordinary binary", 2, 1, t, soft(rng, t, 2, 1.2))
    case("binary whose positive is the first", 2, 0, t, soft(rng, t, 2, 0.8))
    case("binary without positive", 2, None, t, soft(rng, t, 2, 0.8))
    t = (rng.random(90) < 0.2).astype(int)
    case("tied binary", 2, 1, t, soft(rng, t, 2, 1.0, 1))
    case("all scores equal", 2, 1, [0, 1, 1, 0, 1], [[0.5, 0.5]] * 5)
    case("perfect binary with zero probabilities", 2, 1, [0, 1, 1], [[1, 0], [0, 1], [0, 1]])
    case("quite wrong binary with zero probabilities", 2, 1, [0, 1, 1], [[0, 1], [1, 0], [1, 0]])
    case("single class, all positive", 2, 1, [1, 1, 1], [[0.25, 0.75], [0.5, 0.5], [0.875, 0.125]])
    case("single class, none positive", 2, 1, [0, 0], [[0.25, 0.75], [0.625, 0.375]])
    case("one class in truth and predictions", 2, 1, [0, 0], [[0.75, 0.25], [0.625, 0.375]])
    case("one sample", 2, 1, [1], [[0.375, 0.625]])
    case("empty binary", 2, 1, [], [])
    t = rng.integers(0, 4, 150)
    case("ordinary four classes", 4, None, t, soft(rng, t, 4, 1.5))
    case("four classes with a positive", 4, 2, t, soft(rng, t, 4, 0.7))
    case("tied four classes", 4, None, t, soft(rng, t, 4, 1.0, 1))
    t = rng.integers(0, 3, 80)
    case("four classes, one not in the truth", 4, None, t, soft(rng, t, 4, 1.0))
    p = soft(rng, t, 3, 1.0)
    p[:, 1] *= 0.01
    p /= p.sum(axis=1, keepdims=True)
    case("three classes, one never predicted", 3, None, t, p)
    case("three classes, single in the truth", 3, None, [2, 2, 2],
         [[0.25, 0.25, 0.5], [0.5, 0.25, 0.25], [0.125, 0.125, 0.75]])
    case("empty three classes", 3, None, [], [])
    # Confidences on the edges of bins: 9/15, 12/15, 1.
    case("bin edges", 2, 1, [0, 1, 1, 0, 1],
         [[0.4, 0.6], [0.2, 0.8], [0, 1], [0.6, 0.4], [0.8, 0.2]])

    json.dump({"tool": f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, "
                       f"NumPy {np.__version__}, Python {sys.version.split()[0]}",
               "bins": BINS, "beta": BETA, "at": AT, "cases": cases}, sys.stdout)
    print()


main()
