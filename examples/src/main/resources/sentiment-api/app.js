'use strict';

const WAIT_MILLIS = 300; // after the last key
const SVG = 'http://www.w3.org/2000/svg';

const byId = (id) => document.getElementById(id);
const text = byId('text');
const result = byId('result');
const problem = byId('problem');

let timer = 0;
let running = null; // the request whose answer counts

text.addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(classify, WAIT_MILLIS);
});

text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    classify();
  }
});

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  classify();
});

async function classify() {
  clearTimeout(timer);
  if (running) {
    running.abort();
    running = null;
  }
  if (!text.value.trim()) {
    result.hidden = true;
    result.setAttribute('aria-busy', 'false');
    problem.hidden = true;
    return;
  }
  const mine = new AbortController();
  running = mine;
  result.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch('classify', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({text: text.value}),
      signal: mine.signal,
    });
    const answer = await response.json();
    if (response.ok) {
      show(answer);
    } else {
      fail(answer.detail);
    }
  } catch (error) {
    if (error.name !== 'AbortError') {
      fail('No answer: is the server running?');
    }
  } finally {
    if (running === mine) {
      running = null;
      result.setAttribute('aria-busy', 'false');
    }
  }
}

function show(prediction) {
  problem.hidden = true;
  const sure = !prediction.decision || prediction.decision.sure !== false;
  byId('label').textContent = sure ? prediction.label : 'not sure';
  byId('bars').replaceChildren(...Object.entries(prediction.scores).map(([name, score]) => row(name, score)));
  const cut = prediction.cutTokens || 0;
  byId('cut').hidden = cut === 0;
  byId('cut').textContent = `The text is long: ${cut} tokens at its end were not read.`;
  result.hidden = false;
}

function fail(message) {
  result.hidden = true;
  problem.textContent = message;
  problem.hidden = false;
}

/** The bar is a picture, because the page's policy allows no style in attributes. */
function row(name, score) {
  const item = document.createElement('li');
  const track = element('span', 'track', '');
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('class', 'bar');
  picture.setAttribute('viewBox', '0 0 100 1');
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('aria-hidden', 'true');
  const bar = document.createElementNS(SVG, 'rect');
  bar.setAttribute('width', String(100 * score));
  bar.setAttribute('height', '1');
  picture.append(bar);
  track.append(picture);
  item.append(element('span', 'name', name), track, element('span', 'percent', percent(score)));
  return item;
}

function element(tag, className, content) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
}

function percent(score) {
  return `${(100 * score).toFixed(1)} %`;
}

async function describe() {
  try {
    const health = await (await fetch('health')).json();
    byId('model').textContent = `${health.model}: ${health.labels.length} labels. It answers while you type.`;
  } catch (error) {
    byId('model').textContent = 'No answer: is the server running?';
  }
}

/** ?text=... is classified at once, so that a result can be linked to. */
const given = new URLSearchParams(location.search).get('text');
if (given) {
  text.value = given;
  classify();
}
describe();
