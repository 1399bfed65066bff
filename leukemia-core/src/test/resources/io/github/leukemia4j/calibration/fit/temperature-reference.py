#!/usr/bin/env python3
"""Writes temperature-reference.json with SciPy: python3 temperature-reference.py > temperature-reference.json"""
import json
import sys

import numpy as np
import scipy
from scipy.optimize import brentq
from scipy.special import log_softmax, softmax

rng = np.random.default_rng(3)
cases = []
for classes, scale in [(2, 3.0), (4, 2.0), (3, 0.5)]:
    truth = rng.integers(0, classes, 150)
    logits = scale * (rng.normal(size=(150, classes)) + 1.2 * np.eye(classes)[truth])

    def slope(beta):  # in 1 / temperature, of 150 times the log loss and (ln(beta) / ln(3))^2 / 2
        likelihood = np.sum((softmax(logits * beta, axis=1) * logits).sum(axis=1) - logits[np.arange(150), truth])
        return float(likelihood + np.log(beta) / np.log(3) ** 2 / beta)

    beta = brentq(slope, 0.01, 50, xtol=1e-14, rtol=1e-14)
    loss = float(-np.mean(log_softmax(logits, axis=1)[np.arange(150), truth]))
    cases.append({"logits": logits.tolist(), "truth": truth.tolist(), "temperature": 1 / beta, "logLossBefore": loss})
json.dump({"tool": f"SciPy {scipy.__version__}", "cases": cases}, sys.stdout)
print()
