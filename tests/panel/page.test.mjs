// What the script does to a page: it ticks, changes states at their instant, speaks, folds, and lets go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, clock, data } from './cases.mjs';
import { Browser, panel, words } from './page.mjs';

const page = (now, clocks = [clock()], changes = {}, options = {}) => (
  new Browser().put(panel(data(now, clocks, words.ru, changes), options)).run());

test('the line gets its amount at once', () => {
  assert.equal(page('2026-11-05 10:30').line, 'Идёт | осталось 7 ч 30 мин | рабочего времени | срок сегодня в 18:00');
});

test('it ticks once a minute, on the minute', () => {
  const browser = page('2026-11-05 10:30:40');
  assert.match(browser.line, /7 ч 29 мин/);
  assert.match(browser.pass(20.1).line, /7 ч 29 мин/); // 10:31
  assert.match(browser.pass(59).line, /7 ч 29 мин/);
  assert.match(browser.pass(1).line, /7 ч 28 мин/); // 10:32
  const writes = browser.html.querySelector('.sla-amount').writes;
  browser.pass(600);
  assert.equal(browser.html.querySelector('.sla-amount').writes, writes + 10);
  assert.equal(browser.timers.length, 1);
});

test('what stays the same is not written again', () => {
  const browser = page('2026-11-05 10:30');
  const due = browser.html.querySelector('.sla-due').writes;
  browser.pass(3600);
  assert.equal(browser.html.querySelector('.sla-due').writes, due);
});

test('threshold and deadline change the badge at their second, not at the next minute', () => {
  const browser = page('2026-11-05 15:59:00', [clock({ due_at: at('2026-11-05 16:00:37'), risk_at: at('2026-11-05 15:59:20') })]);
  assert.equal(browser.pass(19).state, 'running');
  assert.equal(browser.pass(1.1).state, 'at_risk');
  assert.equal(browser.html.querySelector('.sla-line use').getAttribute('href'), '#sla-icon-at_risk');
  assert.equal(browser.text('.sla-badge-word'), 'Под угрозой');
  assert.equal(browser.pass(77.5).state, 'at_risk'); // 16:00:37.6, and due at :37
  assert.equal(browser.pass(0.6).state, 'overdue');
  assert.equal(browser.line, 'Просрочено | на меньше минуты | рабочего времени | срок был сегодня в 16:00');
});

test('closing and opening change the badge of a running clock', () => {
  const browser = page('2026-11-05 17:59:50', [clock({ due_at: at('2026-11-06 13:00'), risk_at: at('2026-11-06 11:00') })]);
  assert.equal(browser.pass(11).state, 'outside');
  assert.equal(browser.pass(15 * 3600).state, 'running');
});

test('the status region speaks of changed states and never of minutes', () => {
  const browser = page('2026-11-05 15:30');
  const status = browser.html.querySelector('.sla-status');
  browser.pass(29 * 60);
  assert.equal(status.writes, 0);
  browser.pass(61);
  assert.equal(status.textContent.replaceAll('\u00a0', ' '), 'Срок под угрозой: сегодня в 18:00');
  browser.pass(2 * 3600 + 1);
  assert.equal(status.textContent.replaceAll('\u00a0', ' '), 'Заявка просрочена, срок был сегодня в 18:00');
  browser.pass(10 * 3600);
  assert.equal(status.writes, 2);
});

test('a state that is another already when the page comes is shown and not spoken of', () => {
  const browser = page('2026-11-05 18:00:05');
  assert.equal(browser.state, 'overdue');
  assert.equal(browser.text('.sla-status'), '');
});

test('nobody looks, nothing ticks; on return the line is right at once', () => {
  const browser = page('2026-11-05 10:30');
  browser.look(false);
  assert.equal(browser.timers.length, 0);
  assert.match(browser.pass(3600).line, /7 ч 30 мин/);
  assert.match(browser.look(true).line, /6 ч 30 мин/);
  assert.equal(browser.timers.length, 1);
});

test('a page that the browser had put away is right when it comes back', () => {
  const browser = page('2026-11-05 10:30');
  browser.look(false).pass(120);
  browser.document.hidden = false;
  assert.match(browser.fire('window', 'pageshow').line, /7 ч 28 мин/);
});

test('a wrong clock of the computer changes nothing', () => {
  const browser = page('2026-11-05 10:30');
  assert.equal(new Date(browser.date).getFullYear(), 1999);
  assert.match(browser.pass(60.1).line, /7 ч 29 мин/);
});

test('a clock set back or a little forward while the page is open changes nothing either', () => {
  const browser = page('2026-11-05 10:30');
  browser.date -= 86_400_000;
  assert.match(browser.pass(60.1).line, /7 ч 29 мин/);
  browser.date += 86_400_000 + 90_000;
  assert.match(browser.pass(60).line, /7 ч 28 мин/);
});

test('after a sleep that stopped the monotonic clock no amount is claimed', () => {
  const browser = page('2026-11-05 10:30');
  browser.date += 3_600_000;
  browser.look(true);
  assert.equal(browser.line, 'Идёт | срок сегодня в 18:00 | остаток не показан');
  assert.equal(browser.html.querySelector('.sla-stale').hidden, true);
  browser.date -= 3_600_000;
  assert.match(browser.pass(120).line, /остаток не показан/);
});

test('data that grow stale stop the countdown, show the note and keep the state', () => {
  const browser = page('2026-11-05 15:00', [clock()], { stale_from: at('2026-11-05 15:30:30') });
  const note = browser.html.querySelector('.sla-stale');
  assert.equal(browser.pass(30 * 60 + 1).line, 'Идёт | осталось 2 ч 30 мин | рабочего времени | срок сегодня в 18:00');
  assert.equal(note.hidden, true);
  browser.pass(31);
  assert.equal(browser.line, 'Идёт | срок сегодня в 18:00 | остаток не показан');
  assert.equal(note.hidden, false);
  assert.equal(browser.text('.sla-status'), 'Данные устарели');
  assert.equal(browser.pass(8 * 3600).state, 'running');
  assert.equal(browser.html.querySelector('.sla-left').closest('.sla-figure').hidden, true);
  assert.equal(browser.text('.sla-worked').replaceAll('\u00a0', ' '), '5 ч 30 мин');
});

test('the note of stale data says how old they are by now', () => {
  const browser = page('2026-11-05 15:00', [clock()], { stale_from: at('2026-11-05 15:30'), last_pass: at('2026-11-05 14:30') });
  assert.match(browser.pass(3600.1).text('.sla-stale-words').replaceAll('\u00a0', ' '), /^Данные на 14:30: расчёт не обновлялся 1 ч 30 мин\. /);
  assert.equal(page('2026-11-05 15:00', [clock()], { stale_from: at('2026-11-05 14:30') }).text('.sla-stale-words'), 'note of the server');
});

test('what was stale already is only shown', () => {
  const browser = page('2026-11-05 15:00', [clock()], { stale_from: at('2026-11-05 14:00') });
  assert.match(browser.line, /^Идёт \| срок сегодня в 18:00 \| остаток не показан$/);
  assert.equal(browser.text('.sla-status'), '');
});

test('fresh data on the page that was stale are announced', () => {
  const browser = page('2026-11-05 15:00', [clock()], { stale_from: at('2026-11-05 15:01') }).pass(120);
  browser.html.querySelector('.sla-panel').remove();
  browser.put(panel(data('2026-11-05 15:02', [clock()], words.ru, { stale_from: at('2026-11-05 16:00') }))).run();
  assert.equal(browser.text('.sla-status'), 'Данные обновлены');
});

test('a paused clock stands, also when data are stale', () => {
  const paused = clock({
    state: 'paused', due_at: null, risk_at: null, pauses: [[at('2026-11-05 11:00'), null]], worked_to: { at: at('2026-11-05 11:00'), seconds: 3600 },
  });
  const told = 'На паузе | останется 7 ч 00 мин | после ответа клиента | ждём с 11:00';
  assert.equal(page('2026-11-05 15:00', [paused]).pass(7200).line, told);
  const browser = page('2026-11-05 15:00', [paused], { stale_from: at('2026-11-05 16:00') }).pass(7200);
  assert.equal(browser.line, told);
  assert.equal(browser.html.querySelector('.sla-stale').hidden, false);
});

test('a clock that becomes worse than the one on the line takes its place, and its section shows it too', () => {
  const clocks = [clock({ due_at: at('2026-11-06 18:00'), risk_at: at('2026-11-06 16:00') }), clock({ due_at: at('2026-11-06 12:00'), risk_at: at('2026-11-05 12:00') })];
  const browser = page('2026-11-05 11:59:30', clocks);
  assert.match(browser.line, /15 ч 00 мин/);
  browser.pass(31);
  assert.match(browser.line, /^Под угрозой \| осталось 9 ч 00 мин/);
  assert.equal(browser.text('.sla-clock[data-clock="1"] .sla-badge-word'), 'Под угрозой');
});

test('at night the line keeps the clock that runs by day', () => {
  const waits = clock({ state: 'paused', due_at: null, risk_at: null, pauses: [[at('2026-11-05 11:00'), null]] });
  const runs = clock({ due_at: at('2026-11-06 18:00'), risk_at: at('2026-11-06 16:00') });
  assert.equal(page('2026-11-05 22:00', [runs, waits]).state, 'outside');
});

test('what stands and cannot be counted stays as the server wrote it', () => {
  const waits = clock({ state: 'paused', due_at: null, risk_at: null, target_seconds: null, target_days: 24, pauses: [[at('2026-11-05 11:00'), null]] });
  const browser = page('2026-11-05 15:00', [waits], { stale_from: at('2026-11-05 15:30') }).pass(3600);
  assert.equal(browser.html.querySelector('.sla-left').closest('.sla-figure').hidden, false);
  assert.equal(browser.text('.sla-left'), 'of the server');
  assert.equal(browser.line, 'На паузе | ждём с 11:00');
});

test('a timer that comes a little early does not have to come again', () => {
  const browser = new Browser();
  browser.early = 1;
  browser.put(panel(data('2026-11-05 10:30', [clock()], words.ru))).run().pass(599);
  assert.equal(browser.timersSet, 10);
});

test('the figures of each clock go along, and what does not apply is not shown', () => {
  const browser = page('2026-11-05 15:59', [clock({ due_at: at('2026-11-05 16:00'), risk_at: null })]);
  const figure = (name) => browser.html.querySelector(`.sla-${name}`).closest('.sla-figure');
  const shown = (name) => (figure(name).hidden ? null : browser.text(`.sla-${name}`).replaceAll('\u00a0', ' '));
  assert.deepEqual(['left', 'late', 'worked'].map(shown), ['1 мин', null, '5 ч 59 мин']);
  browser.pass(120.1);
  assert.deepEqual(['left', 'late', 'worked'].map(shown), [null, '1 мин', '6 ч 01 мин']);
});

test('of a clock on which nothing has been counted that is said', () => {
  const browser = page('2026-11-05 08:00', [clock()]);
  const worked = () => browser.text('.sla-worked').replaceAll('\u00a0', ' ');
  assert.equal(worked(), '0 мин');
  browser.pass(2 * 3600 + 60.1);
  assert.equal(worked(), '1 мин');
});

test('the datetime of the deadline is that of the clock that is shown', () => {
  assert.equal(page('2026-11-05 10:30').html.querySelector('.sla-due').getAttribute('datetime'), '2026-11-05T15:00:00Z');
});

test('what is over stays as the server wrote it', () => {
  const browser = page('2026-11-05 10:30', [clock({ state: 'met' })]).pass(3600);
  assert.equal(browser.line, 'Выполнено | due of the server');
  assert.equal(browser.text('.sla-worked'), 'of the server');
});

test('the toggle opens and closes the body and remembers it for the next ticket', () => {
  const browser = page('2026-11-05 10:30');
  const body = browser.html.querySelector('.sla-body');
  assert.equal(body.hidden, true);
  browser.click('.sla-toggle');
  assert.equal(body.hidden, false);
  assert.equal(browser.html.querySelector('.sla-toggle').getAttribute('aria-expanded'), 'true');
  assert.deepEqual(Object.entries(browser.kept), [['sla-bridge.panel', 'open']]);
  const next = new Browser();
  next.kept = browser.kept;
  next.put(panel(data('2026-11-05 10:30', [clock()], words.ru))).run();
  assert.equal(next.html.querySelector('.sla-body').hidden, false);
  next.click('.sla-toggle');
  assert.deepEqual([next.html.querySelector('.sla-body').hidden, next.kept['sla-bridge.panel']], [true, 'closed']);
});

test('a link to the receipt opens it and leaves other tickets as the agent had them', () => {
  const browser = new Browser();
  browser.kept = { 'sla-bridge.panel': 'closed' };
  browser.window.location.hash = '#sla-receipt';
  browser.put(panel(data('2026-11-05 10:30', [clock()], words.ru)));
  const receipt = browser.html.querySelector('.sla-receipt');
  let shown = 0;
  receipt.scrollIntoView = () => { shown += 1; };
  browser.run().pass(1);
  assert.deepEqual([browser.html.querySelector('.sla-body').hidden, receipt.open, shown], [false, true, 1]);
  assert.equal(browser.kept['sla-bridge.panel'], 'closed');
  const other = page('2026-11-05 10:30');
  assert.equal(other.html.querySelector('.sla-body').hidden, true);
  assert.equal(other.html.querySelector('.sla-receipt').open, undefined);
});

test('a click beside the toggle does nothing', () => {
  assert.equal(page('2026-11-05 10:30').click('.sla-due').html.querySelector('.sla-body').hidden, true);
});

test('what the server opened stays open until the agent closes it', () => {
  assert.equal(page('2026-11-05 10:30', [clock()], {}, { isOpen: true }).html.querySelector('.sla-body').hidden, false);
});

test('a browser that keeps nothing still folds', () => {
  const browser = new Browser();
  const refuse = () => { throw new Error('denied'); };
  browser.window.localStorage = { getItem: refuse, setItem: refuse };
  browser.put(panel(data('2026-11-05 10:30', [clock()], words.ru))).run().click('.sla-toggle');
  assert.equal(browser.html.querySelector('.sla-body').hidden, false);
  assert.match(browser.line, /7 ч 30 мин/);
});

test('the script that comes again with the next ticket leaves one timer and one listener', () => {
  const browser = new Browser().withJquery().put(panel(data('2026-11-05 10:30', [clock()], words.ru))).run();
  browser.fire('jquery', 'pjax:start');
  assert.equal(browser.timers.length, 0);
  browser.html.querySelector('.sla-panel').remove();
  browser.put(panel(data('2026-11-05 11:30', [clock()], words.ru))).run();
  browser.fire('jquery', 'pjax:end');
  assert.equal(browser.timers.length, 1);
  browser.click('.sla-toggle');
  assert.equal(browser.html.querySelector('.sla-body').hidden, false);
  assert.match(browser.pass(60.1).line, /6 ч 29 мин/);
  for (const names of Object.values(browser.listeners)) {
    for (const [name, all] of Object.entries(names)) assert.equal(all.size, 1, name);
  }
});

test('a panel out of the cache of pjax goes on from its first showing', () => {
  const browser = new Browser().withJquery().put(panel(data('2026-11-05 10:30', [clock()], words.ru))).run();
  const old = browser.html.querySelector('.sla-panel');
  browser.fire('jquery', 'pjax:start');
  old.remove();
  browser.put(panel(data('2026-11-05 10:30', [clock({ state: 'met' })], words.ru))).run().pass(600);
  browser.html.querySelector('.sla-panel').remove();
  browser.put(old).fire('jquery', 'pjax:end');
  assert.match(browser.line, /7 ч 20 мин/);
});

test('a panel that left the page without a word stops its timer', () => {
  const browser = page('2026-11-05 10:30');
  browser.html.querySelector('.sla-panel').remove();
  assert.equal(browser.pass(120).timers.length, 0);
});

test('two panels on one page are both kept up to date', () => {
  const one = data('2026-11-05 10:30', [clock()], words.ru);
  const browser = new Browser().put(panel(one), panel(one)).run().pass(60.1);
  assert.deepEqual(browser.html.querySelectorAll('.sla-amount').map((node) => node.textContent.replaceAll('\u00a0', ' ')),
    ['осталось 7 ч 29 мин', 'осталось 7 ч 29 мин']);
});

test('a damaged blob leaves the server\'s line, a panel that folds, and its neighbour alone', () => {
  const whole = data('2026-11-05 10:30', [clock()], words.ru);
  const changed = (change) => { const one = structuredClone(whole); change(one); return JSON.stringify(one); };
  const damaged = [
    '', '{', 'null', '[]', '{}', '1',
    changed((one) => { delete one.now; }),
    changed((one) => { one.now = 'soon'; }),
    changed((one) => { delete one.clocks; }),
    changed((one) => { one.clocks = [null]; }),
    changed((one) => { one.clocks[0].due_at = '2026-11-05T15:00:00Z'; }),
    changed((one) => { delete one.clocks[0].risk_at; }),
    changed((one) => { one.clocks[0].pauses = [['x', null]]; }),
    changed((one) => { one.clocks[0].pauses = 7; }),
    changed((one) => { one.line = 5; }),
    changed((one) => { delete one.calendars; }),
    changed((one) => { one.calendars.office.windows.reverse(); }),
    changed((one) => { one.calendars.office.windows[3] = [5]; }),
    changed((one) => { one.calendars.office.windows[3].reverse(); }),
    changed((one) => { one.calendars.office.windows[3][1] = one.calendars.office.windows[3][0]; }),
    changed((one) => { delete one.calendars.office.windows; }),
    changed((one) => { delete one.words.line; }),
    changed((one) => { delete one.words; }),
  ];
  for (const blob of damaged) {
    const browser = new Browser().put(panel(whole, { blob }), panel(whole)).run().pass(60.1);
    assert.equal(browser.line, 'Идёт | due of the server', blob.slice(0, 300));
    assert.match(browser.html.querySelectorAll('.sla-amount')[1].textContent, /29/);
    browser.click('.sla-toggle');
    assert.equal(browser.html.querySelector('.sla-body').hidden, false);
  }
});

test('a panel without a blob or without a clock is left alone', () => {
  const none = data('2026-11-05 10:30', [], words.ru, { line: null });
  const browser = new Browser().put(panel(none)).run().pass(3600);
  assert.equal(browser.line, 'Без срока | due of the server');
  const bare = new Browser().put(panel(none));
  bare.html.querySelector('.sla-data').remove();
  assert.equal(bare.run().timers.length, 0);
});

test('it asks no server and leaves one name on the page', () => {
  const browser = new Browser();
  const names = Object.keys(browser.window);
  browser.put(panel(data('2026-11-05 10:30', [clock()], words.ru))).run().pass(86_400);
  assert.equal(browser.requests, 0);
  assert.deepEqual(Object.keys(browser.window).filter((name) => !names.includes(name)), ['SlaPanel']);
});
