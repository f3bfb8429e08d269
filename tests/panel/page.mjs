// As much of a browser as the panel's script touches: a page with panels on it, and a clock that goes only when told to.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const assets = new URL('../../plugin/sla-bridge/assets/', import.meta.url);
const script = new vm.Script(readFileSync(process.env.SLA_PANEL_SCRIPT || new URL('panel.js', assets), 'utf8'), { filename: 'panel.js' });
export const words = JSON.parse(readFileSync(new URL('words.json', assets), 'utf8'));

class Node {
  constructor(tag, attributes = {}, children = []) {
    Object.assign(this, { tag, attributes, parent: null, hidden: false, writes: 0, own: '' });
    this.children = children.filter((one) => typeof one !== 'string');
    this.own = children.filter((one) => typeof one === 'string').join('');
    this.children.forEach((one) => { one.parent = this; });
  }

  get textContent() { return this.own + this.children.map((one) => one.textContent).join(''); }

  set textContent(text) { this.children = []; this.own = text; this.writes += 1; }

  getAttribute(name) { return this.attributes[name] ?? null; }

  setAttribute(name, value) { this.attributes[name] = value; }

  matches(step) {
    const [, tag, classes, attribute, value] = step.match(/^(\w*)((?:\.[\w-]+)*)(?:\[([\w-]+)="(.*)"\])?$/);
    const own = (this.attributes.class || '').split(' ');
    return (!tag || tag === this.tag) && classes.split('.').filter(Boolean).every((one) => own.includes(one))
      && (!attribute || this.attributes[attribute] === value);
  }

  * below() { for (const one of this.children) { yield one; yield* one.below(); } }

  querySelectorAll(selector) {
    return selector.split(' ').reduce((roots, step) => (
      [...new Set(roots.flatMap((root) => [...root.below()].filter((one) => one.matches(step))))]), [this]);
  }

  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }

  closest(selector) { return this.matches(selector) ? this : this.parent && this.parent.closest(selector); }

  contains(other) { return other === this || (other.parent !== null && this.contains(other.parent)); }

  append(child) { this.children.push(child); child.parent = this; }

  remove() { this.parent.children = this.parent.children.filter((one) => one !== this); this.parent = null; }
}

const h = (tag, classes, ...children) => new Node(tag, { class: classes }, children);
const badge = (state) => {
  const one = h('span', 'sla-badge', h('svg', 'sla-badge-icon', new Node('use', { href: `#sla-icon-${state}` })),
    h('span', 'sla-badge-word', words.ru.states[state]));
  one.setAttribute('data-state', state);
  return one;
};

/** A panel as the server writes it: the state that is stored, the deadline, and no countdown. */
export function panel(data, { isOpen = false, blob = JSON.stringify(data) } = {}) {
  const main = data.clocks[data.line];
  const toggle = h('button', 'sla-toggle');
  toggle.setAttribute('aria-expanded', String(isOpen));
  const sections = data.clocks.map((clock, index) => {
    const figures = ['left', 'late', 'worked'].map((name) => h('div', 'sla-figure', h('b', `sla-${name}`, 'of the server')));
    const section = h('section', 'sla-clock', ...(clock === main ? [] : [badge(clock.state)]), ...figures);
    section.setAttribute('data-clock', String(index));
    return section;
  });
  const stale = h('div', 'sla-stale', h('span', 'sla-stale-words', 'note of the server'));
  stale.hidden = true;
  return h('div', 'sla-panel',
    h('div', 'sla-line', toggle, badge(main ? main.state : 'none'), h('span', 'sla-amount'), h('span', 'sla-words'),
      h('time', 'sla-due', 'due of the server')),
    stale, h('div', 'sla-status'), h('div', 'sla-body', ...sections, h('details', 'sla-receipt')), h('script', 'sla-data', blob));
}

/** The browser around it. `run` is what happens where the page's `<script>` stands. */
export class Browser {
  constructor() {
    this.ticks = 5000;
    this.date = Date.UTC(1999, 0, 1); // what time the agent's computer believes it is
    this.timers = [];
    this.timersSet = 0;
    this.early = 0;
    this.kept = {};
    this.requests = 0;
    this.html = h('html', '');
    const listeners = { document: {}, window: {}, jquery: {} };
    this.listeners = listeners;
    const listening = (names) => ({
      addEventListener: (name, one) => { (names[name] ??= new Set()).add(one); },
      removeEventListener: (name, one) => { names[name]?.delete(one); },
    });
    const own = this;
    const request = () => { this.requests += 1; };
    this.document = {
      hidden: false,
      documentElement: this.html,
      querySelectorAll: (selector) => this.html.querySelectorAll(selector),
      ...listening(listeners.document),
    };
    const window = {
      document: this.document,
      location: { href: 'https://desk.example/scp/tickets.php?id=1', hash: '' },
      performance: { now: () => this.ticks },
      localStorage: { getItem: (key) => this.kept[key] ?? null, setItem: (key, value) => { this.kept[key] = value; } },
      setTimeout: (one, wait) => {
        this.timersSet += 1;
        this.timers.push({ one, at: this.ticks + wait - this.early });
        return this.timers.at(-1);
      },
      clearTimeout: (timer) => { this.timers = this.timers.filter((one) => one !== timer); },
      Date: class extends Date { static now() { return own.date; } },
      fetch: request, XMLHttpRequest: request,
      ...listening(listeners.window),
    };
    window.window = window;
    this.window = window;
    this.context = vm.createContext(window);
  }

  run() { script.runInContext(this.context); return this; }

  put(...panels) { panels.forEach((one) => this.html.append(one)); return this; }

  withJquery() {
    const names = this.listeners.jquery;
    const jquery = {
      on: (name, one) => { (names[name.split('.')[0]] ??= new Set()).add(one); return jquery; },
      off: () => { Object.keys(names).forEach((name) => delete names[name]); return jquery; },
    };
    this.window.jQuery = () => jquery;
    return this;
  }

  /** Lets real time pass; what the computer believes goes along. */
  pass(seconds) {
    const end = this.ticks + seconds * 1000;
    for (;;) {
      const next = this.timers.reduce((a, b) => (a && a.at <= b.at ? a : b), null);
      if (!next || next.at > end) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.date += Math.max(0, next.at - this.ticks);
      this.ticks = Math.max(this.ticks, next.at);
      next.one();
    }
    this.date += end - this.ticks;
    this.ticks = end;
    return this;
  }

  fire(where, name, event = {}) { [...(this.listeners[where][name] ?? [])].forEach((one) => one(event)); return this; }

  look(isVisible) { this.document.hidden = !isVisible; return this.fire('document', 'visibilitychange'); }

  click(selector) { return this.fire('document', 'click', { target: this.html.querySelector(selector) }); }

  text(selector) { return this.html.querySelector(selector).textContent; }

  get state() { return this.html.querySelector('.sla-line .sla-badge').getAttribute('data-state'); }

  /** The line as it reads, with plain spaces. */
  get line() {
    return ['.sla-badge-word', '.sla-amount', '.sla-words', '.sla-due'].map((one) => this.text(`.sla-line ${one}`))
      .filter(Boolean).join(' | ').replaceAll('\u00a0', ' ');
  }
}
