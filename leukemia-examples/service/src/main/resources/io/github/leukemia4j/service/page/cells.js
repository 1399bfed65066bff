// The cells of the review: what the model said, what the reviewer said, and undo.

export const REFERRED = 'referred';

/** Where the model ended: a leaf, or referred to a person. */
export function predicted(cell) {
  return cell.result.outcome === 'decided' ? cell.result.label : REFERRED;
}

/** What counts now: the reviewer's label where there is one. */
export function current(cell) {
  return cell.review ?? predicted(cell);
}

export class Review {
  cells = [];
  #done = [];

  add(cells) {
    this.cells.push(...cells);
  }

  /** Gives a cell a label; its own confirms it, null takes the review back. */
  set(cell, label) {
    this.#done.push([cell, cell.review]);
    cell.review = label;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  undo() {
    const [cell, before] = this.#done.pop();
    cell.review = before;
    return cell;
  }

  /** Grouped by predicted label, referred ones first; in each group the least sure first. */
  groups(leaves) {
    return [REFERRED, ...leaves]
      .map((label) => ({
        label,
        cells: this.cells.filter((c) => predicted(c) === label).sort((a, b) => sureness(a) - sureness(b)),
      }))
      .filter((group) => group.cells.length > 0);
  }

  count(label, of) {
    return this.cells.filter((cell) => of(cell) === label).length;
  }
}

/** Of the way that the model went; where it was referred, of its first stage. */
export function sureness(cell) {
  if (cell.result.outcome === 'decided') return cell.result.probability;
  return Math.max(...Object.values(cell.result.stages[0].prediction.probabilities));
}
