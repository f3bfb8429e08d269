/*
 * Keeps the SLA panel of a ticket's page up to date without asking the server anything: the page brings the windows in which
 * time counts, so states and amounts are arithmetic. `now` begins at the server's clock and goes on by the browser's monotonic
 * one; what time the agent's computer believes it is does not matter. Instants are POSIX seconds. ES2017, no build step.
 * GPL-2.0, as the rest of the plugin. How and why: docs/explanation/countdown.md.
 */
(() => {
  'use strict';

  const DAY = 86400;
  const EVERY_SECOND = '*'; // the calendar of targets in calendar time
  const sums = new WeakMap();
  const dates = new WeakMap();
  const formats = {};

  /** How many windows open before the instant. */
  function opened(windows, at) {
    let low = 0;
    let high = windows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (windows[middle][0] < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Seconds worked from the first window to the instant. */
  function workedBy(windows, at) {
    let sum = sums.get(windows);
    if (!sum) {
      let total = 0;
      sum = windows.map(([opens, closes]) => (total += closes - opens) - (closes - opens));
      sums.set(windows, sum);
    }
    const last = opened(windows, at) - 1;
    return last < 0 ? 0 : sum[last] + Math.min(at, windows[last][1]) - windows[last][0];
  }

  /** Working seconds between two instants outside the pauses, negative backwards; a pause that lasts ends with null. */
  function worked(windows, pauses, from, to) {
    if (to < from) return -worked(windows, pauses, to, from);
    return (pauses || []).reduce((seconds, [begin, end]) => {
      const first = Math.max(begin, from);
      const last = end === null ? to : Math.min(end, to);
      return last > first ? seconds - workedBy(windows, last) + workedBy(windows, first) : seconds;
    }, workedBy(windows, to) - workedBy(windows, from));
  }

  /** The parts of an instant on a zone's clocks as numbers; null where the browser does not know the zone. */
  function local(epoch, zone) {
    try {
      const format = formats[zone] || (formats[zone] = new Intl.DateTimeFormat('en-US', {
        timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
      }));
      const found = {};
      format.formatToParts(new Date(epoch * 1000)).forEach((part) => { found[part.type] = Number(part.value); });
      found.ordinal = Date.UTC(found.year, found.month - 1, found.day) / (DAY * 1000);
      return found;
    } catch (error) {
      return null;
    }
  }

  /** The working days around two instants as [opening, closing]: one for each local date on which windows open, so those that
   *  touch at midnight have to come apart. */
  function workingDays(calendar, from, to) {
    const windows = calendar.windows;
    const known = dates.get(calendar) || [];
    dates.set(calendar, known);
    const found = [];
    const end = opened(windows, to + 2 * DAY);
    for (let i = opened(windows, from - 2 * DAY); i < end; i += 1) {
      if (known[i] === undefined) known[i] = local(windows[i][0], calendar.zone);
      if (!known[i]) return [];
      if (found.length && known[i].ordinal === known[i - 1].ordinal) found[found.length - 1][1] = windows[i][1];
      else found.push(windows[i].slice());
    }
    return found;
  }

  /** Whole working days between two instants, and the seconds besides; null where the browser does not know the zone. */
  function inDays(calendar, pauses, from, to) {
    const all = workingDays(calendar, from, to);
    const first = opened(all, from);
    const reached = opened(all, to);
    if (!reached) return {days: null, rest: null};
    const last = all[reached - 1];
    const usual = worked(calendar.windows, null, last[0], last[1]);
    const begun = Math.max(0, reached - first);
    const inside = begun ? worked(calendar.windows, null, all[first][0], last[1]) : 0;
    const rest = worked(calendar.windows, pauses, from, to) - inside; // negative by what pauses or the end take off those
    return {days: begun + Math.floor(rest / usual), rest: ((rest % usual) + usual) % usual};
  }

  /** The instant after which a clock is breached: its deadline, or the end of a pause around it, as the engine has it. */
  function breachAfter(due, pauses) {
    const around = pauses.find(([begin, end]) => begin <= due && (end === null || due < end));
    return around ? around[1] : due;
  }

  /** From when until when the windows of a calendar tell what is working time. */
  function reach(calendar) {
    const windows = (calendar && calendar.windows) || [];
    if (!windows.length) return [Infinity, -Infinity];
    const {from = windows[0][0], until = windows[windows.length - 1][1]} = calendar;
    return [from, until];
  }

  /** Since when a clock stands still; null of one that goes. */
  function standsSince({pauses}) {
    const last = pauses && pauses[pauses.length - 1];
    return last && last[1] === null ? last[0] : null;
  }

  /** Seconds on the clock, from the anchor on; null without one, and where it moved at times that no windows tell of. */
  function spent(clock, calendar, now) {
    const anchor = clock.worked_to;
    if (!anchor || !clock.pauses || !calendar) return null;
    const [from, until] = reach(calendar);
    const stands = standsSince(clock);
    const isTold = anchor.at >= (stands === null ? now : stands) || (anchor.at >= from && now <= until);
    return isTold ? anchor.seconds + worked(calendar.windows, clock.pauses, anchor.at, now) : null;
  }

  function lateness(clock, calendar, now) {
    if (!clock.pauses || clock.due_at === null) return null;
    if (clock.due_at >= reach(calendar)[0]) return worked(calendar.windows, clock.pauses, clock.due_at, now);
    const seconds = spent(clock, calendar, now); // the windows begin later than that
    return seconds === null || clock.target_seconds === null ? null : seconds - clock.target_seconds;
  }

  function remaining(clock, windows, now, since) {
    // A promised date has a deadline in pauses too, but the hands of the clock stand still.
    if (clock.due_at !== null) return worked(windows, null, since === null ? now : since, clock.due_at);
    return clock.worked_to && clock.target_seconds !== null ? clock.target_seconds - clock.worked_to.seconds : null;
  }

  /**
   * A clock as it stands at an instant: its state; the seconds left or late, null where they cannot be known; of targets in
   * working days also whole `days` and the seconds besides (`rest`); `opens`, where nobody works now; since when it waits;
   * and `next`, the instant at which its state changes, or working time begins or ends.
   */
  function clockAt(clock, calendar, now) {
    const found = {
      state: 'none', left: null, late: null, days: null, rest: null, opens: null, waitingSince: null, next: null,
    };
    if (!clock || !/^(running|at_risk|overdue|paused|met|missed)$/.test(clock.state)) return found;
    found.state = clock.state;
    if (clock.state === 'met' || clock.state === 'missed') return found;

    const pauses = clock.pauses || [];
    found.waitingSince = standsSince(clock);
    const isHeld = found.waitingSince !== null || clock.state === 'paused';
    const breach = isHeld || clock.due_at === null ? Infinity : breachAfter(clock.due_at, pauses);
    const risk = isHeld || clock.risk_at === null ? Infinity : clock.risk_at;
    const isLate = clock.breached_at !== null || clock.state === 'overdue' || now > breach;
    if (isLate) found.state = 'overdue';
    else if (isHeld) found.state = 'paused';
    else found.state = now >= risk || clock.state === 'at_risk' ? 'at_risk' : 'running';

    const changes = isLate ? [] : [risk, breach + 1];
    const windows = (calendar && calendar.windows) || [];
    const [, end] = reach(calendar);
    if (now <= end && (clock.due_at === null || clock.due_at <= end)) {
      const seconds = isLate ? lateness(clock, calendar, now) : remaining(clock, windows, now, found.waitingSince);
      if (seconds !== null) found[isLate ? 'late' : 'left'] = Math.max(0, seconds);
      if (seconds !== null && clock.target_days !== null && clock.due_at !== null) {
        Object.assign(found, isLate ? inDays(calendar, pauses, clock.due_at, now) : inDays(calendar, null, now, clock.due_at));
      }
      if (!isHeld) {
        const following = opened(windows, now + 1);
        const isOpen = following > 0 && now < windows[following - 1][1];
        const opens = following < windows.length ? windows[following][0] : Infinity;
        changes.push(isOpen ? windows[following - 1][1] : opens);
        // In the second of a deadline at closing time there is nothing left to wait for.
        if (!isOpen && opens < Infinity && found.left !== 0) {
          found.opens = opens;
          if (found.state === 'running') found.state = 'outside';
        }
      }
    }
    const next = Math.min(...changes.filter((at) => at > now));
    if (next < Infinity) found.next = next;
    return found;
  }

  const two = (number) => `0${number}`.slice(-2);
  const fill = (text, places) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? places[name] : whole));

  /** The form that goes with a whole number, by CLDR: languages with `few` go as Russian does, the others as English. */
  function numbered(forms, number, places) {
    const teens = number % 100 > 10 && number % 100 < 20;
    const slavic = teens || number % 10 > 4 || number % 10 === 0 ? 'many' : number % 10 === 1 ? 'one' : 'few';
    const form = forms.few ? slavic : number === 1 ? 'one' : 'other';
    return fill(forms[form] || forms.other, Object.assign({n: number}, places));
  }

  /** A measured length in words: two units at most, rounded down. */
  function amount(seconds, words) {
    const m = Math.floor(seconds / 60);
    const form = m < 1 ? 'less' : m < 60 ? 'minutes' : 'hours_minutes';
    return fill(words.amount[form], {m, h: Math.floor(m / 60), mm: two(m % 60)});
  }

  /** A length that has been counted in words: of nothing one knows that it is nothing. */
  const counted = (seconds, words) => (seconds > 0 ? amount(seconds, words) : fill(words.amount.minutes, {m: 0}));

  /** What is left or late of a clock in words; null where nobody can tell. */
  function span(at, words) {
    const seconds = at.left === null ? at.late : at.left;
    if (seconds === null || !at.days) return seconds === null ? null : amount(seconds, words);
    const days = numbered(words.amount.days, at.days);
    const h = at.days > 1 ? 0 : Math.floor(at.rest / 3600);
    return h ? fill(words.amount.day_hours, {days, h}) : days;
  }

  /** An instant in words as seen from `now` in a zone, in `forms` other than the usual; null where the zone is not known. */
  function instant(epoch, zone, now, words, forms) {
    const there = epoch === null ? null : local(epoch, zone);
    if (!there) return null;
    const here = local(now, zone);
    const near = {'-1': 'yesterday', 0: 'today', 1: 'tomorrow'}[there.ordinal - here.ordinal];
    return fill((forms || words.instant)[near || (there.year === here.year ? 'year' : 'other')], {
      time: `${two(there.hour)}:${two(there.minute)}`,
      wd: words.instant.weekdays[(there.ordinal + 3) % 7],
      d: there.day, dd: two(there.day), mm: two(there.month), mon: words.instant.months_short[there.month - 1], yyyy: there.year,
    });
  }

  function dueText(clock, form, now, words, zone) {
    const due = instant(clock.due_at, zone, now, words);
    return due && fill(form.due, {T: (clock.provisional ? '\u2248\u00a0' : '') + due});
  }

  /** The line about a clock: its state, and in words that, the amount, what of, and when due; null is what nobody can tell. */
  function line(clock, calendar, now, words, zone) {
    const at = clockAt(clock, calendar, now);
    const found = {state: at.state, word: words.states[at.state], amount: null, words: null, due: null};
    const isPaused = at.state === 'paused';
    const isStanding = at.state === 'overdue' && at.waitingSince !== null;
    const form = words.line[isStanding ? 'overdue_paused' : at.state];
    if (!form || /met|missed/.test(at.state)) return found; // what is over does not move: the server's words stand
    const starts = instant(isPaused ? at.waitingSince : at.opens, zone, now, words, words.instant.since);
    found.due = isPaused ? starts && fill(form.due, {S: starts}) : dueText(clock, form, now, words, zone);
    const told = span(at, words);
    if (told === null || (at.state === 'outside' && starts === null)) return found;
    const forms = at.left !== null && at.days && words.line.left_days;
    found.amount = forms ? numbered(forms, at.days, {A: told}) : fill(form.amount, {A: told});
    found.words = fill(form.words, {S: starts});
    if (isPaused || isStanding || at.state === 'outside') return found;
    if (at.days) found.words = words.line.words_in_days;
    if (clock.calendar === EVERY_SECOND) found.words = words.line.words_in_calendar_time;
    if (at.opens !== null) found.words = `\u00b7 ${words.line.closed_now}`; // in its place: the line is one row
    return found;
  }

  const pure = {worked, spent, clockAt, amount, counted, instant, line};
  if (typeof module === 'object' && module.exports) module.exports = pure;
  if (typeof document === 'undefined') return;

  const KEPT = 'sla-bridge.panel';
  const RECEIPT = '#sla-receipt';
  const LOST_AFTER = 120;
  const RANKS = ['none', 'met', 'missed', 'paused', 'running', 'at_risk', 'overdue'];
  const before = window.SlaPanel; // pjax brings this script again with every ticket
  let panels = [];
  let timer = null;

  function isSound(data) {
    const number = (value) => typeof value === 'number' && isFinite(value);
    const maybe = (value) => value === null || number(value);
    return number(data.now) && maybe(data.stale_from) && maybe(data.last_pass || null)
      && (data.line === null || Boolean(data.clocks[data.line]))
      && data.clocks.every((clock) => (
        [clock.due_at, clock.risk_at, clock.breached_at, clock.target_seconds, clock.target_days].every(maybe)
        && (clock.pauses || []).every(([begin, end]) => number(begin) && maybe(end))
        && (!clock.worked_to || (number(clock.worked_to.at) && number(clock.worked_to.seconds)))))
      && Object.keys(data.calendars).every((id) => [data.calendars[id].from || null, data.calendars[id].until || null].every(maybe)
      && data.calendars[id].windows.every(([opens, closes], i, all) => (
        number(opens) && number(closes) && opens < closes && (i === 0 || all[i - 1][1] <= opens))));
  }

  /** Puts a text where it differs; null leaves what the server wrote. */
  function put(root, selector, text) {
    const node = text === null ? null : root.querySelector(selector);
    if (node && node.textContent !== text) node.textContent = text;
    return node;
  }

  function mark(badge, state, words) {
    const icon = badge.querySelector('use');
    badge.setAttribute('data-state', state);
    if (icon) icon.setAttribute('href', `#sla-icon-${state}`);
    put(badge, '.sla-badge-word', words.states[state]);
  }

  /** Whether the agent left the panel `open` or `closed`, for all tickets; null before his first time. */
  function kept(value) {
    try {
      if (value) localStorage.setItem(KEPT, value);
      return localStorage.getItem(KEPT);
    } catch (error) {
      return null; // a browser may refuse
    }
  }

  function expand(root, toggle, isOpen) {
    const body = root.querySelector('.sla-body');
    toggle.setAttribute('aria-expanded', String(isOpen));
    if (body) body.hidden = !isOpen;
  }

  function onClick(event) {
    const toggle = event.target.closest('.sla-toggle');
    const root = toggle && toggle.closest('.sla-panel');
    if (!root) return;
    const isOpen = toggle.getAttribute('aria-expanded') !== 'true';
    expand(root, toggle, isOpen);
    kept(isOpen ? 'open' : 'closed');
  }

  /** A link of the report asks for the receipt: the panel opens with it, and stays for other tickets as the agent left it. */
  function showReceipt(root, toggle) {
    const receipt = window.location && window.location.hash === RECEIPT ? root.querySelector('.sla-receipt') : null;
    if (!receipt) return;
    if (toggle) expand(root, toggle, true);
    receipt.open = true;
    // Once the panel is in its place.
    setTimeout(() => receipt.scrollIntoView({block: 'center'}), 0);
  }

  function begin(root) {
    const toggle = root.querySelector('.sla-toggle');
    if (toggle) expand(root, toggle, (kept() || (toggle.getAttribute('aria-expanded') === 'true' && 'open')) === 'open');
    showReceipt(root, toggle);
    const data = JSON.parse(root.querySelector('.sla-data').textContent);
    if (!isSound(data)) return;
    // Kept on the element: pjax may bring the same one back later, and its `now` is still that of its first showing.
    root.slaBegan = root.slaBegan || {ticks: performance.now(), date: Date.now()};
    panels.push({root, data, isStale: null, isLost: false});
  }

  /** The clock that the line is about: the server's choice until another one becomes worse. */
  function worst(line, found) {
    const ranks = found.map(({state}) => RANKS.indexOf(state === 'outside' ? 'running' : state));
    return ranks.reduce((best, rank, index) => (rank > ranks[best] ? index : best), line);
  }

  /** What a clock's section shows: left or late, and worked; a figure that nobody can tell is not shown. */
  function figures(section, clock, at, seconds, words, isKnown) {
    ['left', 'late'].forEach((name) => {
      const text = at[name] === null ? null : span(at, words);
      const node = put(section, `.sla-${name}`, text) || section.querySelector(`.sla-${name}`);
      const isMoving = at.state !== 'paused' && at.waitingSince === null;
      if (node) node.closest('.sla-figure').hidden = isMoving && (text === null || !isKnown);
    });
    if (!isKnown || /met|missed|none/.test(at.state)) return;
    put(section, '.sla-worked', seconds === null ? null : counted(seconds, words));
    const badge = section.querySelector('.sla-badge');
    if (badge && badge.getAttribute('data-state') !== at.state) mark(badge, at.state, words);
  }

  /** The line at the top; returns what there is to say of a changed state. */
  function head(panel, clock, at, now, isKnown) {
    const {root, data: {words, zone, calendars}} = panel;
    const badge = root.querySelector('.sla-line .sla-badge');
    const shown = badge.getAttribute('data-state');
    let told = line(clock, calendars[clock.calendar], now, words, zone);
    const isOther = isKnown && told.state !== shown;
    if (isOther) mark(badge, told.state, words);
    if (!isKnown && at.state !== 'paused' && words.line[shown]) {
      told = {amount: dueText(clock, words.line[shown], now, words, zone), words: words.line.not_shown, due: ''};
    }
    put(root, '.sla-amount', told.amount);
    put(root, '.sla-words', told.amount === null ? null : told.words);
    const due = put(root, '.sla-due', told.due);
    if (due && at.state !== 'paused' && clock.due_at !== null) {
      due.setAttribute('datetime', new Date(clock.due_at * 1000).toISOString().replace('.000', ''));
    }
    return isOther && words.status[told.state] ? fill(words.status[told.state], {
      T: instant(clock.due_at, zone, now, words), S: instant(at.opens, zone, now, words, words.instant.since),
    }) : null;
  }

  /** Brings a panel up to date; returns the seconds until it has to be again. */
  function show(panel) {
    const {root, data} = panel;
    const ticked = (performance.now() - root.slaBegan.ticks) / 1000;
    const exact = data.now + ticked;
    const now = Math.floor(exact);
    // The monotonic clock of some computers sleeps with them; then nobody here knows the time any more.
    panel.isLost = panel.isLost || (Date.now() - root.slaBegan.date) / 1000 - ticked > LOST_AFTER;
    const isStale = data.stale_from !== null && now >= data.stale_from;
    const isKnown = !isStale && !panel.isLost;
    const found = data.clocks.map((clock) => clockAt(clock, data.calendars[clock.calendar], now));
    const said = [];
    if (data.line !== null) {
      const index = worst(data.line, found);
      said.push(head(panel, data.clocks[index], found[index], now, isKnown));
    }
    data.clocks.forEach((clock, index) => {
      const section = root.querySelector(`.sla-clock[data-clock="${index}"]`);
      if (section) figures(section, clock, found[index], spent(clock, data.calendars[clock.calendar], now), data.words, isKnown);
    });
    const note = root.querySelector('.sla-stale');
    if (note) note.hidden = !isStale;
    if (note && isStale && data.last_pass) {
      const time = instant(data.last_pass, data.zone, now, data.words, Object.assign({}, data.words.instant, {today: '{time}'}));
      put(note, '.sla-stale-words', time && fill(data.words.stale.note, {time, A: amount(now - data.last_pass, data.words)}));
    }
    const isFirst = panel.isStale === null;
    if (isFirst) said.length = 0; // nothing has changed, it is only shown
    if (isStale && !isFirst && !panel.isStale) said.push(data.words.status.stale);
    if (!isStale && isFirst && before && before.wasStale) said.push(data.words.status.fresh);
    panel.isStale = isStale;
    if (said.some(Boolean)) put(root, '.sla-status', said.filter(Boolean).join('. '));
    const next = [...found.map((at) => at.next), data.stale_from, (Math.floor(now / 60) + 1) * 60];
    return Math.min(...next.filter((at) => at !== null && at > now)) - exact;
  }

  function tick() {
    clearTimeout(timer);
    timer = null;
    if (document.hidden) return; // and at once when somebody looks again
    let wait = Infinity;
    panels = panels.filter((panel) => {
      if (!document.documentElement.contains(panel.root)) return false;
      try {
        wait = Math.min(wait, show(panel));
        return true;
      } catch (error) {
        return false; // the line stays as it is
      }
    });
    // A timer may fire a little early, and that second would still be the one before.
    if (panels.length) timer = setTimeout(tick, Math.max(wait, 0) * 1000 + 20);
  }

  function start() {
    panels = [];
    document.querySelectorAll('.sla-panel').forEach((root) => {
      try { begin(root); } catch (error) { /* no data, or damaged: the server's line stands */ }
    });
    tick();
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    window.SlaPanel.wasStale = panels.some((panel) => panel.isStale);
  }

  function stop() {
    pause();
    document.removeEventListener('click', onClick);
    document.removeEventListener('visibilitychange', tick);
    window.removeEventListener('pageshow', tick);
    if (window.jQuery) window.jQuery(document).off('.slaPanel');
  }

  if (before && before.stop) before.stop();
  window.SlaPanel = Object.assign({stop, wasStale: false}, pure);
  document.addEventListener('click', onClick);
  document.addEventListener('visibilitychange', tick);
  window.addEventListener('pageshow', tick);
  // Back and forth may bring a panel out of pjax's cache without running this again.
  if (window.jQuery) window.jQuery(document).on('pjax:start.slaPanel', pause).on('pjax:end.slaPanel', start);
  start();
})();
