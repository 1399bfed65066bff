// Exact intervals of shares (Clopper and Pearson 1934), and what they say of a patient.

function logFactorials(n) {
  const sums = [0];
  for (let i = 1; i <= n; i++) sums.push(sums[i - 1] + Math.log(i));
  return sums;
}

/** The probability of at least k of n where each has the probability p. */
function atLeast(k, n, p, logs) {
  if (k <= 0) return 1;
  let sum = 0;
  for (let i = k; i <= n; i++) {
    sum += Math.exp(logs[n] - logs[i] - logs[n - i] + i * Math.log(p) + (n - i) * Math.log1p(-p));
  }
  return Math.min(1, sum);
}

/** Where a rising function passes a value, in (0, 1). */
function solve(rising, value) {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle; else high = middle;
  }
  return (low + high) / 2;
}

/** The exact interval of a share, at 95 %. */
export function interval(k, n) {
  if (n === 0) return [0, 1];
  const logs = logFactorials(n);
  const lower = k === 0 ? 0 : solve((p) => atLeast(k, n, p, logs), 0.025);
  const upper = k === n ? 1 : solve((p) => atLeast(k + 1, n, p, logs), 0.975);
  return [lower, upper];
}

/** Whether the whole interval lies on one side of a share. */
export function verdict(k, n, least) {
  const [lower, upper] = interval(k, n);
  return lower >= least ? 'at least' : upper < least ? 'below' : 'open';
}
