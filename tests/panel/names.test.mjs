// The script that calls queues and sort orders as the agent calls them, on as much of osTicket's page as it touches.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';

const source = readFileSync(new URL('../../plugin/sla-bridge/assets/names.js', import.meta.url), 'utf8');
const MENU = (id) => `#sub_nav a[href$="tickets.php?queue=${id}"]`;
const HEADING = '.sticky.bar h2 > a';
const SORT = '#sort-dropdown a[data-mode="qs-3"]';
const CHOSEN = '[data-dropdown="#sort-dropdown"]';
const NAMES = { queues: { 7: ['Под угрозой', 'At risk'] }, sorts: { 3: ['Срок', 'Due'] }, queue: 7 };

function element(text, attributes = {}) {
  return {
    childNodes: [{ nodeType: 1, nodeValue: null }, { nodeType: 3, nodeValue: text }],
    getAttribute: (name) => attributes[name] ?? null,
    setAttribute: (name, value) => { attributes[name] = value; },
    get said() { return this.childNodes[1].nodeValue; },
    attributes,
  };
}

/** Runs the script on a page of these elements, by selector. */
function run(page, { names = NAMES, readyState = 'complete', jQuery } = {}) {
  const told = { observers: [], heard: {} };
  const document = {
    readyState,
    documentElement: {},
    querySelectorAll: (selector) => page[selector] ?? [],
    addEventListener: (name, handler) => { told.heard[name] = handler; },
  };
  class MutationObserver {
    constructor(look) { Object.assign(this, { look, isOn: false }); told.observers.push(this); }

    observe() { this.isOn = true; }

    disconnect() { this.isOn = false; }
  }
  vm.runInNewContext(`(${source.trim().replace(/^\/\/.*\n/gm, '')})(${JSON.stringify(names)})`, { document, MutationObserver, window: { jQuery } });
  return told;
}

test('a queue is called so in the menu, under the pointer and above its own list', () => {
  const page = { [MENU(7)]: [element('\n   Под угрозой\n ', { title: 'Под угрозой' })], [HEADING]: [element(' Под угрозой', { title: 'Refresh' })] };
  run(page);
  assert.equal(page[MENU(7)][0].said, '\n   At risk\n ');
  assert.equal(page[MENU(7)][0].attributes.title, 'At risk');
  assert.equal(page[HEADING][0].said, ' At risk');
  assert.equal(page[HEADING][0].attributes.title, 'Refresh');
});

test('a sort order is called so in the list, and under the pointer where it is the chosen one', () => {
  const page = { [SORT]: [element(' Срок')], [CHOSEN]: [element(' Sort', { 'data-original-title': 'Срок', title: '' })] };
  run(page);
  assert.equal(page[SORT][0].said, ' Due');
  assert.equal(page[CHOSEN][0].said, ' Sort');
  assert.equal(page[CHOSEN][0].attributes['data-original-title'], 'Due');
});

test('what is called otherwise stays, and so does the heading of another queue', () => {
  const page = { [MENU(7)]: [element('Под угрозой срыва', { title: 'Горит' })], [HEADING]: [element(' Под угрозой')] };
  run(page, { names: { ...NAMES, queue: 1 } });
  assert.equal(page[MENU(7)][0].said, 'Под угрозой срыва');
  assert.equal(page[MENU(7)][0].attributes.title, 'Горит');
  assert.equal(page[HEADING][0].said, ' Под угрозой');
});

test('nothing to call otherwise is no error', () => {
  run({}, { names: { queues: [], sorts: [], queue: 0 } });
});

test('a name with what replacing gives a meaning is put as it is', () => {
  const page = { [MENU(7)]: [element('Под угрозой')] };
  run(page, { names: { ...NAMES, queues: { 7: ['Под угрозой', "At $& risk $'"] } } });
  assert.equal(page[MENU(7)][0].said, "At $& risk $'");
});

test('a page that is just loading is followed until it is there, and no longer', () => {
  const page = {};
  const told = run(page, { readyState: 'loading' });
  const [observer] = told.observers;
  assert.ok(observer.isOn);
  page[MENU(7)] = [element('Под угрозой')];
  observer.look();
  assert.equal(page[MENU(7)][0].said, 'At risk');
  page[HEADING] = [element('Под угрозой')];
  told.heard.DOMContentLoaded();
  assert.equal(page[HEADING][0].said, 'At risk');
  assert.ok(!observer.isOn);
});

test('pages that are fetched into this one are called so too, by one handler', () => {
  const handlers = new Set();
  let last = null;
  const jQuery = () => ({
    off(name) { handlers.delete(name); return this; },
    on(name, handler) { handlers.add(name); last = handler; return this; },
  });
  const page = {};
  run(page, { jQuery });
  run(page, { jQuery });
  assert.equal(handlers.size, 1);
  page[MENU(7)] = [element('Под угрозой')];
  last();
  assert.equal(page[MENU(7)][0].said, 'At risk');
});
