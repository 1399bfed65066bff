#!/usr/bin/env python3
"""Writes loss-vectors.json: inputs and expected values of the losses, made outside the library.

Where the formula is rational it is evaluated with fractions.Fraction, that is exactly; powers and
logarithms with mpmath at 50 digits. Derivatives are mpmath.diff at 50 digits, each probability by
itself: no derivative is worked out by hand. "wrong" holds what well-known mistakes would give for
the same input, so that a test can tell that the vector would catch them.

    pip install mpmath==1.3.0 && python3 loss_vectors.py
"""
import json
import pathlib
from fractions import Fraction as F

from mpmath import diff, log, mp, mpf

mp.dps = 50
CLAMP, LEAST_HITS = F(1, 10**7), F(1, 10**12)


def number(x):
    return mpf(x.numerator) / x.denominator if isinstance(x, F) else mpf(x)


def power(x, e):
    if e == 1:
        return x
    if e < 1:
        x = max(x, type(x)(1) / 10**7 if not isinstance(x, F) else CLAMP)
    return number(x) ** number(e)


def sums(g, p, c):
    tp = sum(p[i][c] * g[i][c] for i in range(len(g)))
    fp = sum(p[i][c] * (1 - g[i][c]) for i in range(len(g)))
    fn = sum((1 - p[i][c]) * g[i][c] for i in range(len(g)))
    return tp, fp, fn


def one(x):
    return x if isinstance(x, F) else number(x)


def tversky(a="3/10", b="7/10", e="1", s="1", w=None, included=False, logarithmic=False):
    a, b, e, s = F(a), F(b), F(e), F(s)

    def index(g, p, c):
        tp, fp, fn = sums(g, p, c)
        exact = isinstance(p[0][0], F)
        k = (lambda x: x) if exact else number
        hits = max(tp + k(s), k(LEAST_HITS))
        return hits / (hits + k(a) * fp + k(b) * fn)

    def value(g, p):
        exact = isinstance(p[0][0], F)
        k = (lambda x: x) if exact else number
        classes = range(len(g[0]))
        weights = [k(F(x)) for x in (w or ["1"] * len(g[0]))]
        if not included:
            weights = [weights[c] if any(r[c] > 0 for r in g) else 0 * weights[c] for c in classes]
        total = sum(weights)
        if total == 0:
            return 0 * p[0][0]
        terms = []
        for c in classes:
            base = 1 - index(g, p, c)
            if logarithmic:
                base = -log(number(1 - base))
            terms.append(power(base, e))
        if any(not isinstance(t, F) for t in terms):
            return sum(number(x) * number(t) for x, t in zip(weights, terms)) / number(total)
        return sum(x * t for x, t in zip(weights, terms)) / total

    value.index = index
    return value


def cross_entropy(eps="0", gamma="0", w=None):
    eps, gamma = F(eps), F(gamma)

    def value(g, p):
        n, classes = len(g), len(g[0])
        weights = [number(F(x)) for x in (w or ["1"] * classes)]
        top = bottom = mpf(0)
        for i in range(n):
            for c in range(classes):
                t = number((1 - eps) * to_fraction(g[i][c]) + eps / classes)
                q = number(p[i][c])
                if t * weights[c] != 0:
                    top += weights[c] * t * power(1 - q, gamma) * -log(q) if gamma != 0 else weights[c] * t * -log(q)
                    bottom += weights[c] * t
        return top / bottom if bottom != 0 else mpf(0)

    return value


def to_fraction(x):
    return x if isinstance(x, F) else F(str(x))


def mixture(*parts):
    return lambda g, p: sum(number(F(x)) * number(loss(g, p)) for x, loss in parts)


def pooled(a, b, s="1"):
    """All classes in one sum: the mistake called micro."""

    def value(g, p):
        every = [sums(g, p, c) for c in range(len(g[0]))]
        tp, fp, fn = (sum(x[k] for x in every) for k in range(3))
        return 1 - (tp + F(s)) / (tp + F(a) * fp + F(b) * fn + F(s))

    return value


def exponent_after_the_mean(a, b, e):
    return lambda g, p: number(tversky(a, b)(g, p)) ** number(F(e))


def numerator_not_smoothed(a, b, s, w=None):
    def value(g, p):
        weights = [F(x) for x in (w or ["1"] * len(g[0]))]
        total = F(0)
        for c, x in enumerate(weights):
            tp, fp, fn = sums(g, p, c)
            total += x * (1 - tp / (tp + F(a) * fp + F(b) * fn + F(s)))
        return total / sum(weights)

    return value


def absent_left_in_the_denominator(a, b):
    """An absent class counts 0 but stays in the number of classes."""

    def value(g, p):
        plain = tversky(a, b)
        present = sum(any(r[c] > 0 for r in g) for c in range(len(g[0])))
        return plain(g, p) * present / len(g[0])

    return value


def f_measure_loss(beta, column):
    """1 - F by way of precision and recall, not by way of the Tversky index."""

    def value(g, p):
        tp, fp, fn = sums(g, p, column)
        precision, recall, b2 = tp / (tp + fp), tp / (tp + fn), F(beta) ** 2
        return 1 - (1 + b2) * precision * recall / (b2 * precision + recall)

    return value


def rows(text):
    return [[F(x) for x in row.split()] for row in text.strip().split(";")]


# Two of six samples are of class 1; class 0 loses two samples to it.
TWO_G = rows("1 0; 1 0; 1 0; 1 0; 0 1; 0 1")
TWO_P = rows("0.9 0.1; 0.8 0.2; 0.35 0.65; 0.3 0.7; 0.25 0.75; 0.6 0.4")
THREE_G = rows("1 0 0; 1 0 0; 0 1 0; 0 1 0; 0 0 1; 0 0 1; 0 0 1")
THREE_P = rows(
    "0.7 0.2 0.1; 0.15 0.25 0.6; 0.05 0.9 0.05; 0.2 0.7 0.1; 0.5 0.1 0.4; 0.6 0.3 0.1; 0.1 0.1 0.8")
# No sample of class 2.
ABSENT_G = rows("1 0 0; 0 1 0; 0 1 0; 1 0 0")
ABSENT_P = rows("0.6 0.1 0.3; 0.2 0.5 0.3; 0.1 0.65 0.25; 0.3 0.5 0.2")
SOFT_G = rows("0.9 0.05 0.05; 0.5 0.5 0; 0.1 0.2 0.7; 0 1 0")
SOFT_P = rows("0.8 0.15 0.05; 0.3 0.6 0.1; 0.25 0.25 0.5; 0.125 0.75 0.125")
# The first class is perfect, the second is not present.
PERFECT_G = rows("1 0; 1 0; 1 0")
PERFECT_P = rows("1 0; 1 0; 1 0")

EXACT = "exact rational arithmetic; "
DIGITS = "mpmath, 50 digits; "
vectors = []


def add(name, how, spec, loss, g, p, wrong=None, gradient=True):
    value = loss(g, p)
    vector = {
        "name": name,
        "how": (EXACT if isinstance(value, F) else DIGITS) + how,
        "loss": spec,
        "targets": [[float(x) for x in r] for r in g],
        "probabilities": [[float(x) for x in r] for r in p],
        "value": float(number(value)),
    }
    if isinstance(value, F):
        vector["exactValue"] = str(value)
    if hasattr(loss, "index"):
        vector["index"] = [float(loss.index(g, p, c)) for c in range(len(g[0]))]
    if gradient:
        vector["gradient"] = []
        for i in range(len(g)):
            row = []
            for c in range(len(g[0])):
                def at(x, i=i, c=c):
                    moved = [[number(q) for q in r] for r in p]
                    moved[i][c] = x
                    return number(loss([[number(t) for t in r] for r in g], moved))
                row.append(float(diff(at, number(p[i][c]))))
            vector["gradient"].append(row)
    if wrong:
        vector["wrong"] = {k: float(number(f(g, p))) for k, f in wrong.items()}
    vectors.append(vector)


swap = tversky("7/10", "3/10", w=["0", "1"])
add("convention, positive column",
    "alpha 0.3 weighs false positives, beta 0.7 false negatives",
    "tversky(0.3,0.7,classWeights=0:1)", tversky(w=["0", "1"]), TWO_G, TWO_P,
    {"swapped weights": swap, "pooled classes": pooled("3/10", "7/10"),
     "numerator not smoothed": numerator_not_smoothed("3/10", "7/10", "1", ["0", "1"])})
add("convention, positive column, swapped",
    "the same batch with alpha 0.7 and beta 0.3",
    "tversky(0.7,0.3,classWeights=0:1)", swap, TWO_G, TWO_P,
    {"swapped weights": tversky(w=["0", "1"])})
add("convention, three classes", "each class by itself, then the mean", "tversky(0.3,0.7)",
    tversky(), THREE_G, THREE_P,
    {"swapped weights": tversky("7/10", "3/10"), "pooled classes": pooled("3/10", "7/10"),
     "numerator not smoothed": numerator_not_smoothed("3/10", "7/10", "1")})
add("false positives alone count", "beta 0", "tversky(1,0,smoothing=0)", tversky("1", "0", s="0"),
    THREE_G, THREE_P)
add("false negatives alone count", "alpha 0", "tversky(0,1,smoothing=0)",
    tversky("0", "1", s="0"), THREE_G, THREE_P)
add("no smoothing", "s = 0", "tversky(0.3,0.7,smoothing=0)", tversky(s="0"), THREE_G, THREE_P)
add("large smoothing", "s = 10 in numerator and denominator", "tversky(0.3,0.7,smoothing=10)",
    tversky(s="10"), THREE_G, THREE_P,
    {"numerator not smoothed": numerator_not_smoothed("3/10", "7/10", "10")})
add("class weights", "weights 1 : 2 : 5, scaled to sum to 1",
    "tversky(0.3,0.7,classWeights=1:2:5)", tversky(w=["1", "2", "5"]), THREE_G, THREE_P,
    {"weights ignored": tversky(), "weights not normalised": mixture(("8", tversky(w=["1", "2", "5"])))})
for exponent, fraction in (("0.75", "3/4"), ("2", "2"), ("1.5", "3/2")):
    add(f"focal exponent {exponent} before the mean", "the power is taken of each class",
        f"tversky(0.3,0.7,focal={exponent})", tversky(e=fraction), THREE_G, THREE_P,
        {"exponent after the mean": exponent_after_the_mean("3/10", "7/10", fraction)})
add("focal exponent 0.75 at a perfect class", "1 - index counts as 1e-7 in the power",
    "tversky(0.3,0.7,focal=0.75)", tversky(e="3/4"), PERFECT_G, PERFECT_P, gradient=False)
add("absent class excluded", "class 2 has no target and leaves the mean", "tversky(0.3,0.7)",
    tversky(), ABSENT_G, ABSENT_P,
    {"absent class included": tversky(included=True),
     "absent class left in the denominator": absent_left_in_the_denominator("3/10", "7/10")})
add("absent class included", "class 2 has no target; its probability is false positive",
    "tversky(0.3,0.7,absentClasses=included)", tversky(included=True), ABSENT_G, ABSENT_P,
    {"absent class excluded": tversky(),
     "absent class left in the denominator": absent_left_in_the_denominator("3/10", "7/10")})
add("absent class excluded, with class weights", "weights 1 : 3 : 6, of which the last leaves",
    "tversky(0.3,0.7,classWeights=1:3:6)", tversky(w=["1", "3", "6"]), ABSENT_G, ABSENT_P,
    {"absent class included": tversky(w=["1", "3", "6"], included=True)})
add("no weighted class present", "nothing counts: value and gradient are 0",
    "tversky(0.3,0.7,classWeights=0:0:1)", tversky(w=["0", "0", "1"]), ABSENT_G, ABSENT_P)
for beta, exact in (("0.5", "1/2"), ("1", "1"), ("2", "2")):
    add(f"F-measure identity, beta {beta}",
        "from precision and recall, (1 + b^2) P R / (b^2 P + R), without smoothing",
        f"f-beta({beta},smoothing=0,classWeights=0:1)", f_measure_loss(exact, 1), TWO_G, TWO_P,
        {"swapped weights": f_measure_loss(1 / F(exact), 1)} if beta != "1" else None)
add("Dice identity", "1 - 2 TP / (2 TP + FP + FN), the F-measure of beta 1",
    "dice(smoothing=0,classWeights=1:0)", f_measure_loss("1", 0), TWO_G, TWO_P)


def jaccard_loss(g, p):
    tp, fp, fn = sums(g, p, 1)
    return 1 - tp / (tp + fp + fn)


add("Jaccard identity", "1 - TP / (TP + FP + FN)", "jaccard(smoothing=0,classWeights=0:1)",
    jaccard_loss, TWO_G, TWO_P)

SWAPPED_G, SWAPPED_P = ([list(reversed(r)) for r in m] for m in (TWO_G, TWO_P))
add("label-swap trap, both columns", "the mean over both columns does not know the positive one",
    "tversky(0.3,0.7)", tversky(), TWO_G, TWO_P)
add("label-swap trap, both columns, labels swapped",
    "the columns change places, the value does not", "tversky(0.3,0.7)", tversky(), SWAPPED_G,
    SWAPPED_P)
add("label-swap trap, other column", "column 0 alone: another loss than column 1 alone",
    "tversky(0.3,0.7,classWeights=1:0)", tversky(w=["1", "0"]), TWO_G, TWO_P,
    {"column 1": tversky(w=["0", "1"]), "both columns": tversky()})
add("micro degeneracy", "pooled over the classes, alpha and beta would change places unnoticed",
    "tversky(0.1,0.9)", tversky("1/10", "9/10"), THREE_G, THREE_P,
    {"pooled classes": pooled("1/10", "9/10"),
     "pooled classes, swapped weights": pooled("9/10", "1/10"),
     "swapped weights": tversky("9/10", "1/10")})
add("soft targets", "targets that are shares", "tversky(0.3,0.7,focal=1.5)", tversky(e="3/2"),
    SOFT_G, SOFT_P, {"exponent after the mean": exponent_after_the_mean("3/10", "7/10", "3/2")})
add("logarithmic", "-log(index) of each class", "tversky(0.3,0.7,logarithmic=true)",
    tversky(logarithmic=True), THREE_G, THREE_P, {"1 - index": tversky()})
add("logarithmic with exponent 0.3", "(-log(index))^0.3 of each class",
    "tversky(0.3,0.7,logarithmic=true,focal=0.3)", tversky(e="3/10", logarithmic=True), THREE_G,
    THREE_P)
add("cross-entropy", "mean over the samples of -log p of the target", "cross-entropy",
    cross_entropy(), THREE_G, THREE_P)
add("cross-entropy, soft targets", "mean over the samples of sum -g log p", "cross-entropy",
    cross_entropy(), SOFT_G, SOFT_P)
add("cross-entropy, label smoothing", "targets 0.9 g + 0.1 / 3", "cross-entropy(labelSmoothing=0.1)",
    cross_entropy(eps="1/10"), THREE_G, THREE_P)
add("cross-entropy, class weights", "divided by the weights of the batch's targets",
    "cross-entropy(classWeights=1:2:5)", cross_entropy(w=["1", "2", "5"]), THREE_G, THREE_P,
    {"weights ignored": cross_entropy()})
add("cross-entropy, focal gamma 2", "times (1 - p)^2", "cross-entropy(focal=2)",
    cross_entropy(gamma="2"), THREE_G, THREE_P)
add("cross-entropy, focal gamma 0.5, smoothed and weighted", "all three together",
    "cross-entropy(focal=0.5,labelSmoothing=0.1,classWeights=1:2:5)",
    cross_entropy("1/10", "1/2", ["1", "2", "5"]), THREE_G, THREE_P)
add("default", "half cross-entropy, half Tversky", "default",
    mixture(("1/2", cross_entropy()), ("1/2", tversky())), THREE_G, THREE_P,
    {"swapped weights": mixture(("1/2", cross_entropy()), ("1/2", tversky("7/10", "3/10")))})
add("unified focal", "0.5 * 0.6 focal cross-entropy + 0.5 focal Tversky (0.4, 0.6), exponents 0.5",
    "unified-focal(0.5,0.6,0.5)",
    mixture(("3/10", cross_entropy(gamma="1/2")), ("1/2", tversky("2/5", "3/5", "1/2"))),
    THREE_G, THREE_P)

here = pathlib.Path(__file__).parent
lines = ",\n".join("    " + json.dumps(v) for v in vectors)
(here / "loss-vectors.json").write_text(
    '{\n  "made by": "loss_vectors.py, Python fractions and mpmath 1.3.0",\n  "vectors": [\n'
    + lines + "\n  ]\n}\n")
print(len(vectors), "vectors")
