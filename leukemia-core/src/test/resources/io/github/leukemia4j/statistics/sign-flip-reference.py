#!/usr/bin/env python3
"""Writes sign-flip-reference.json with SciPy: python3 sign-flip-reference.py > sign-flip-reference.json"""
import json
import sys

import numpy as np
import scipy
from scipy.stats import permutation_test

rng = np.random.default_rng(7)
cases = [[0.5], [0.1, 0.2, 0.3], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0, -1.0], [0.25, -0.5, 0.25, 0.75, 0.0],
         rng.normal(0.4, 1, 10).round(3).tolist(), rng.normal(0.1, 1, 12).tolist()]
out = []
for d in cases:
    if len(d) == 1:
        p = 1.0  # both signs give the same distance; SciPy refuses one observation
    else:
        p = permutation_test((np.array(d),), lambda x, axis=-1: np.mean(x, axis=axis), vectorized=True,
                             permutation_type="samples", n_resamples=np.inf, alternative="two-sided").pvalue
    out.append({"differences": d, "pValue": float(p)})
json.dump({"tool": f"SciPy {scipy.__version__}", "cases": out}, sys.stdout)
print()
