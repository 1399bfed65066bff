import { Review, REFERRED, current, predicted, sureness } from './cells.js';
import { interval, verdict } from './count.js';
import * as files from './export.js';

const $ = (id) => document.getElementById(id);
const review = new Review();
const BATCH = 16;
let model;
let chosen;
let waiting = [];

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;
const words = (finding) => finding.toLowerCase().replaceAll('_', ' ');

async function ask(path, options = {}) {
  const token = sessionStorage.getItem('token');
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { ...options, headers });
  if (answer.ok) return answer;
  if (answer.status === 401) $('ask').hidden = false;
  const problem = await answer.json().catch(() => ({ detail: answer.statusText }));
  const error = new Error([problem.detail, problem.remedy].filter(Boolean).join(' '));
  error.status = answer.status;
  throw error;
}

function tell(problem) {
  $('problems').hidden = false;
  $('problems').append(element('li', {}, problem));
}

async function describe() {
  model = await (await ask('v1/model')).json();
  $('digest').textContent = model.digest.slice(0, 12);
  $('digest').title = model.digest;
  $('positive').textContent = positiveOfRoot() ?? '';
}

function positiveOfRoot() {
  return model.positive[Object.keys(model.taxonomy)[0]];
}

/** Whether a leaf lies below the label, or is it. */
function below(leaf, label) {
  return leaf === label || (model.taxonomy[label] ?? []).some((child) => below(leaf, child));
}

const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

async function classify(batch) {
  const form = new FormData();
  batch.forEach((file) => form.append('image', file, file.name));
  for (let tries = 0; ; tries++) {
    try {
      return await (await ask('v1/classify', { method: 'POST', body: form })).json();
    } catch (error) {
      if ((error.status !== 429 && error.status !== 503) || tries > 20) throw error;
      await pause(Math.min(5, 0.5 * (tries + 1)));
    }
  }
}

async function add(list) {
  const taken = [...list];
  if (taken.length === 0) return;
  let done = 0;
  for (let from = 0; from < taken.length; from += BATCH) {
    const batch = taken.slice(from, from + BATCH);
    $('progress').textContent = `Classifying ${done} of ${taken.length}`;
    try {
      const answer = await classify(batch);
      answer.images.forEach((one, i) => {
        if (one.error) tell(`${one.file}: ${one.error}`);
        else review.add([{ ...one, model: answer.model, source: batch[i], url: URL.createObjectURL(batch[i]), review: undefined }]);
      });
    } catch (error) {
      if (error.status === 401) waiting.push(...taken.slice(from));
      tell(`${batch.map((f) => f.name).slice(0, 3).join(', ')}${batch.length > 3 ? ', ...' : ''}: ${error.message}`);
      if (error.status === 401) break;
    }
    done += batch.length;
    show();
  }
  $('progress').textContent = `${review.cells.length} cells`;
  if (!chosen && review.cells.length) choose(ordered()[0], false);
}

const ordered = () => review.groups(model.leaves).flatMap((group) => group.cells);

function tile(cell) {
  const label = current(cell);
  const changed = cell.review !== undefined && cell.review !== predicted(cell);
  const tag = cell.review === undefined ? [] : [element('span', { class: `tag ${changed ? 'changed' : 'confirmed'}` }, changed ? label : 'confirmed')];
  const finding = cell.result.findings.map(words).join(', ');
  const made = element(
    'button',
    { class: 'tile', type: 'button', 'aria-pressed': String(cell === chosen), onclick: () => choose(cell, true) },
    element('img', { src: cell.url, alt: '' }),
    ...tag,
    element('span', { class: 'name', title: cell.file }, cell.file),
    element('span', { class: 'sure' }, element('span', { class: 'meter' }, bar(sureness(cell))), percent(sureness(cell))),
    ...(finding ? [element('span', { class: 'finding' }, finding)] : []),
  );
  cell.tile = made;
  return made;
}

function bar(share) {
  return element('i', { style: `width:${(100 * share).toFixed(1)}%` });
}

function show() {
  $('drop').classList.toggle('filled', review.cells.length > 0);
  $('cells').replaceChildren(
    ...review.groups(model.leaves).map((group, i) =>
      element(
        'section',
        { class: group.label === REFERRED ? 'group referred' : 'group', 'aria-labelledby': `group-${i}` },
        element('h2', { id: `group-${i}` }, group.label === REFERRED ? 'Referred: please look' : group.label, element('span', {}, `${group.cells.length}`)),
        element('div', { class: 'tiles' }, ...group.cells.map(tile)),
      ),
    ),
  );
  $('undo').disabled = !review.canUndo;
  ['csv', 'json'].forEach((id) => { $(id).disabled = review.cells.length === 0; });
  $('manifest').disabled = !review.cells.some((c) => model.leaves.includes(c.review));
  count();
}

function choose(cell, focus) {
  chosen = cell;
  review.cells.forEach((c) => c.tile?.setAttribute('aria-pressed', String(c === cell)));
  if (focus) cell.tile.focus();
  cell.tile.scrollIntoView({ block: 'nearest' });
  detail();
  // On a phone the cell stands below the gallery.
  if (focus && matchMedia('(max-width: 860px)').matches) $('detail').scrollIntoView({ block: 'nearest' });
}

function detail() {
  const cell = chosen;
  const result = cell.result;
  const label = current(cell);
  const notes = [];
  if (result.findings.length) notes.push(element('p', { class: 'warning' }, `Gate: ${result.findings.map(words).join(', ')}`));
  if (result.reason && !result.findings.length) notes.push(element('p', { class: 'warning' }, result.reason));
  if (result.candidates) notes.push(element('p', {}, `Possible: ${result.candidates.join(', ') || 'none'}`));
  const buttons = [...model.leaves, REFERRED].map((name, i) =>
    element('button', { type: 'button', 'aria-pressed': String(name === label), onclick: () => set(name) },
      name === REFERRED ? 'refer ' : `${name} `, element('kbd', { 'aria-hidden': 'true' }, name === REFERRED ? 'R' : String(i + 1))));
  $('detail').replaceChildren(
    element('h2', { id: 'detail-title' }, 'Cell'),
    element('div', { class: 'top' },
      element('img', { src: cell.url, alt: `The cell ${cell.file}` }),
      element('div', {},
        element('p', { class: 'called' }, label),
        element('p', { class: 'quiet' }, cell.review === undefined ? 'by the model' : cell.review === predicted(cell) ? 'confirmed' : `the model said ${predicted(cell)}`),
        element('p', { class: 'quiet' }, `${cell.file}, ${cell.width} x ${cell.height}`),
        ...notes)),
    ...result.stages.map(stage),
    element('div', { class: 'labels', role: 'group', 'aria-label': 'Give this cell a label' }, ...buttons),
    element('div', { class: 'buttons' },
      element('button', { type: 'button', onclick: confirm }, 'Confirm, next'),
      element('button', { type: 'button', onclick: heat }, 'Heat map')),
    element('div', { id: 'heat', role: 'status' }),
  );
}

function stage(one) {
  return element('table', { class: 'bars' },
    element('caption', {}, `Level ${one.name}`),
    element('tbody', {}, ...one.prediction.labels.map((label) => {
      const share = one.prediction.probabilities[label];
      return element('tr', {},
        element('th', { scope: 'row', class: label === one.chosen ? 'chosen' : '' }, label),
        element('td', {}, element('div', { class: 'meter' }, bar(share))),
        element('td', {}, percent(share, 1)));
    })));
}

async function heat() {
  const cell = chosen;
  $('heat').textContent = 'Computing the heat map';
  try {
    const form = new FormData();
    form.append('image', cell.source, cell.file);
    const picture = await (await ask('v1/explain', { method: 'POST', body: form })).blob();
    if (cell === chosen) $('heat').replaceChildren(element('img', { src: URL.createObjectURL(picture), alt: 'The cell, and for each level the parts that spoke for its label' }), element('p', { class: 'quiet small' }, 'What the network reacted to; not why, nor that it was right.'));
  } catch (error) {
    $('heat').textContent = error.message;
  }
}

function set(label) {
  review.set(chosen, label);
  show();
  detail();
  $('progress').textContent = `${chosen.file}: ${label}`;
}

function confirm() {
  set(current(chosen));
  step(1);
}

function step(by) {
  const all = ordered();
  const at = all.indexOf(chosen) + by;
  if (all[at]) choose(all[at], true);
  else chosen?.tile.focus();
}

function undo() {
  if (!review.canUndo) return;
  chosen = review.undo();
  show();
  choose(chosen, true);
  $('progress').textContent = `${chosen.file}: undone`;
}

function count() {
  const total = review.cells.length;
  if (total === 0) return;
  const cell = (label, of) => {
    const k = review.count(label, of);
    const [low, high] = interval(k, total);
    return [element('td', {}, String(k)), element('td', {}, percent(k / total), ' ', element('small', {}, `${(100 * low).toFixed(0)}-${(100 * high).toFixed(0)}`))];
  };
  $('count').replaceChildren(element('table', { class: 'count' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Label'), element('th', { scope: 'colgroup', colspan: '2' }, 'Model'), element('th', { scope: 'colgroup', colspan: '2' }, 'Reviewed'))),
    element('tbody', {}, ...[...model.leaves, REFERRED].map((label) => element('tr', {}, element('th', { scope: 'row' }, label), ...cell(label, predicted), ...cell(label, current))))),
    element('p', { class: 'quiet small' }, `Of ${total} cells; ${review.cells.filter((c) => c.review !== undefined).length} reviewed. 95 % exact intervals in small print.`));
  decide();
}

function decide() {
  const positive = positiveOfRoot();
  const counted = review.cells.filter((cell) => current(cell) !== REFERRED);
  if (!positive || counted.length === 0) return;
  const least = Math.min(99, Math.max(1, Number($('least').value) || 20)) / 100;
  const k = counted.filter((cell) => below(current(cell), positive)).length;
  const [low, high] = interval(k, counted.length);
  const said = { 'at least': `At or above ${percent(least)} ${positive}`, below: `Below ${percent(least)} ${positive}`, open: `Open: too few cells to say` }[verdict(k, counted.length, least)];
  const left = review.cells.length - counted.length;
  $('decision').replaceChildren(said, element('small', {}, `${k} of ${counted.length} cells, ${percent(k / counted.length)} (${percent(low)} to ${percent(high)}, exact)${left ? `; ${left} referred, not counted` : ''}.`));
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, textarea, select')) return;
  const name = event.key.toLowerCase();
  if (name === 'u') undo();
  else if (!chosen) return;
  else if (event.key === 'ArrowRight') step(1);
  else if (event.key === 'ArrowLeft') step(-1);
  else if (/^[1-9]$/.test(name) && model.leaves[name - 1]) { set(model.leaves[name - 1]); chosen.tile.focus(); }
  else if (name === 'r') { set(REFERRED); chosen.tile.focus(); }
  else if (name === 'h') heat();
  else if (event.key === 'Enter' && (event.target === document.body || event.target.classList.contains('tile'))) confirm();
  else return;
  event.preventDefault();
}

const patient = () => $('patient').value.trim();
$('files').addEventListener('change', (event) => { add(event.target.files); event.target.value = ''; });
$('undo').addEventListener('click', undo);
$('least').addEventListener('input', decide);
$('csv').addEventListener('click', () => files.download('cells.csv', 'text/csv', files.csv(review.cells, patient())));
$('json').addEventListener('click', () => files.download('cells.json', 'application/json', files.json(review.cells, patient())));
$('manifest').addEventListener('click', () => files.download('manifest.csv', 'text/csv', files.manifest(review.cells, patient(), model.leaves)));
document.addEventListener('keydown', key);
document.addEventListener('dragover', (event) => { event.preventDefault(); $('drop').classList.add('over'); });
document.addEventListener('dragleave', () => $('drop').classList.remove('over'));
document.addEventListener('drop', (event) => { event.preventDefault(); $('drop').classList.remove('over'); add(event.dataTransfer.files); });
$('ask').addEventListener('submit', async (event) => {
  event.preventDefault();
  sessionStorage.setItem('token', $('token').value);
  try {
    await describe();
    $('ask').hidden = true;
    $('problems').hidden = true;
    add(waiting.splice(0));
  } catch (error) {
    tell(error.message);
  }
});
describe().catch((error) => tell(error.message));
