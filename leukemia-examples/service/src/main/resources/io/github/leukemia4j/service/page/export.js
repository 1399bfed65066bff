// Files to take away.

import { current, predicted } from './cells.js';

function field(value) {
  let text = String(value ?? '');
  // Spreadsheets take such a cell for a formula.
  if (/^[=+\-@\t\r]/.test(text) && !/^-?\d/.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const lines = (rows) => rows.map((row) => row.map(field).join(',')).join('\n') + '\n';

export function csv(cells, patient) {
  return lines([
    ['file', 'patient', 'predicted', 'reviewed', 'final', 'probability', 'outcome', 'findings', 'image_sha256', 'model'],
    ...cells.map((c) => [c.file, patient, predicted(c), c.review, current(c), c.result.probability, c.result.outcome, c.result.findings.join(' '), c.sha256, c.model]),
  ]);
}

export function json(cells, patient) {
  return JSON.stringify({
    software: 'leukemia4j, research software, not a medical device',
    patient,
    cells: cells.map((c) => ({ file: c.file, image_sha256: c.sha256, model: c.model, predicted: predicted(c), reviewed: c.review ?? null, final: current(c), result: c.result })),
  }, null, 1);
}

/** Of the cells that a person confirmed or changed to a label of the taxonomy. */
export function manifest(cells, patient, leaves) {
  return lines([
    ['file', 'label', 'patient', 'sha256'],
    ...cells.filter((c) => leaves.includes(c.review)).map((c) => [c.file, c.review, patient, c.sha256]),
  ]);
}

export function download(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
