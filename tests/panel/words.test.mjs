// What the script says, in both languages.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { MOSCOW, OFFICE, at, clock } from './cases.mjs';
import { words } from './page.mjs';

const script = createRequire(import.meta.url)(process.env.SLA_PANEL_SCRIPT || '../../plugin/sla-bridge/assets/panel.js');
const plain = (text) => text && text.replaceAll('\u00a0', ' ');
const said = (one, now, language = 'ru', calendar = OFFICE, zone = MOSCOW) => {
  const { word, amount, words: middle, due } = script.line(one, calendar, at(now), words[language], zone);
  return [word, amount, middle, due].map(plain).filter((text) => text !== '').join(' | ');
};

test('amounts have two units at most and are rounded down', () => {
  const ru = [0, 59, 60, 3599, 3600, 3900, 7859, 8 * 3600, 36 * 3600 + 55 * 60, 130 * 3600];
  assert.deepEqual(ru.map((one) => plain(script.amount(one, words.ru))), [
    'меньше минуты', 'меньше минуты', '1 мин', '59 мин', '1 ч 00 мин', '1 ч 05 мин', '2 ч 10 мин', '8 ч 00 мин', '36 ч 55 мин',
    '130 ч 00 мин',
  ]);
  assert.equal(plain(script.amount(3900, words.en)), '1 h 05 min');
  assert.equal(plain(script.amount(1, words.en)), 'less than a minute');
});

test('amounts keep together over the end of a line', () => {
  assert.equal(script.amount(3900, words.ru), '1\u00a0ч\u00a005\u00a0мин');
});

test('instants are told by the day of the agent, not by that of the calendar', () => {
  const now = at('2026-11-05 08:45');
  const told = (text, zone = MOSCOW, language = 'ru') => plain(script.instant(at(text), zone, now, words[language]));
  assert.equal(told('2026-11-05 12:35'), 'сегодня в 12:35');
  assert.equal(told('2026-11-06 08:50'), 'завтра в 08:50');
  assert.equal(told('2026-11-04 00:00'), 'вчера в 00:00');
  assert.equal(told('2026-11-11 09:40'), 'ср 11.11 в 09:40');
  assert.equal(told('2027-01-15 14:00'), 'пт 15.01.2027 в 14:00');
  assert.equal(told('2026-11-05 12:35', MOSCOW, 'en'), 'today 12:35');
  assert.equal(told('2026-11-11 09:40', MOSCOW, 'en'), 'Wed 11 Nov, 09:40');
  assert.equal(told('2027-01-15 14:00', MOSCOW, 'en'), 'Fri 15 Jan 2027, 14:00');
  assert.equal(told('2026-11-05 12:35', 'Asia/Vladivostok'), 'сегодня в 19:35');
  assert.equal(told('2026-11-05 18:35', 'Asia/Vladivostok'), 'завтра в 01:35');
  assert.equal(told('2026-11-05 09:00', 'America/New_York', 'en'), 'today 01:00');
});

test('a zone that the browser does not know leaves instants to the server', () => {
  assert.equal(script.instant(0, 'Mars/Phobos', 0, words.ru), null);
  assert.equal(said(clock(), '2026-11-05 10:30', 'ru', OFFICE, 'Mars/Phobos'), 'Идёт | осталось 7 ч 30 мин | рабочего времени | ');
});

test('a running clock tells what is left and when it is due', () => {
  assert.equal(said(clock(), '2026-11-05 10:30'), 'Идёт | осталось 7 ч 30 мин | рабочего времени | срок сегодня в 18:00');
  assert.equal(said(clock(), '2026-11-05 10:30', 'en'), 'Running | 7 h 30 min left | of working time | due today 18:00');
});

test('at the instant of the threshold it is at risk, at that of the deadline not yet overdue, a second later it is', () => {
  assert.match(said(clock(), '2026-11-05 15:59:59'), /^Идёт \| осталось 2 ч 00 мин/);
  assert.match(said(clock(), '2026-11-05 16:00'), /^Под угрозой \| осталось 2 ч 00 мин/);
  const early = clock({ due_at: at('2026-11-05 17:00') });
  assert.match(said(early, '2026-11-05 17:00'), /^Под угрозой \| осталось меньше минуты/);
  assert.equal(said(early, '2026-11-05 17:00:01'), 'Просрочено | на меньше минуты | рабочего времени | срок был сегодня в 17:00');
});

test('a deadline at closing time is late by less than a minute until the next opening', () => {
  for (const now of ['2026-11-05 18:00:01', '2026-11-05 23:59', '2026-11-06 08:59:59', '2026-11-06 09:00:59']) {
    assert.match(said(clock(), now), /^Просрочено \| на меньше минуты/);
  }
  assert.match(said(clock(), '2026-11-05 18:00'), /^Под угрозой \| осталось меньше минуты/);
  assert.match(said(clock(), '2026-11-06 09:01'), /^Просрочено \| на 1 мин/);
});

test('without a threshold the second of a deadline at closing time does not look like the end of a day', () => {
  assert.match(said(clock({ risk_at: null }), '2026-11-05 18:00'), /^Идёт \| осталось меньше минуты/);
});

test('outside hours a running clock stands and tells when it goes on', () => {
  const one = clock({ due_at: at('2026-11-06 13:00'), risk_at: at('2026-11-06 11:00') });
  assert.equal(said(one, '2026-11-05 20:10'), 'Нерабочее время | осталось 4 ч 00 мин | · отсчёт с 09:00 завтра | срок завтра в 13:00');
  assert.equal(said(one, '2026-11-06 08:59:59', 'en'), 'Outside hours | 4 h 00 min left | · starts again 09:00 | due today 13:00');
  assert.match(said(one, '2026-11-06 09:00'), /^Идёт \| осталось 4 ч 00 мин/);
});

test('at risk and overdue keep their badge outside hours and say so', () => {
  const risky = clock({ due_at: at('2026-11-06 11:00'), risk_at: at('2026-11-05 16:00') });
  assert.equal(said(risky, '2026-11-05 20:00'),
    'Под угрозой | осталось 2 ч 00 мин | · сейчас нерабочее время | срок завтра в 11:00');
  const late = clock({ state: 'overdue', due_at: at('2026-11-05 16:00'), breached_at: at('2026-11-05 16:00') });
  assert.equal(said(late, '2026-11-05 20:00', 'en'),
    'Overdue | by 2 h 00 min | · outside hours now | was due today 16:00');
});

test('a paused clock tells what will be left, since when it waits, and no deadline', () => {
  const one = clock({
    state: 'paused', due_at: null, risk_at: null, pauses: [[at('2026-11-02 10:00'), at('2026-11-02 11:00')], [at('2026-11-02 14:10'), null]],
    worked_to: { at: at('2026-11-02 14:10'), seconds: 5 * 3600 + 50 * 60 },
  });
  assert.equal(said(one, '2026-11-05 10:00'), 'На паузе | останется 2 ч 10 мин | после ответа клиента | ждём с пн 02.11, 14:10');
  assert.equal(said(one, '2026-11-05 23:00', 'en'), 'Paused | 2 h 10 min left | when the customer answers | waiting since Mon 2 Nov, 14:10');
});

test('what was overdue before the pause stays so and does not grow', () => {
  const one = clock({
    state: 'overdue', due_at: at('2026-11-02 11:15'), breached_at: at('2026-11-02 11:15'), pauses: [[at('2026-11-02 11:35'), null]],
  });
  const told = 'Просрочено | на 20 мин | не растёт: ждём клиента | срок был пн 02.11 в 11:15';
  assert.equal(said(one, '2026-11-05 10:00'), told);
  assert.equal(said(one, '2026-11-06 17:00'), told);
});

test('late before the page\'s windows begin, the anchor tells how late', () => {
  const one = clock({
    state: 'overdue', due_at: at('2026-10-01 12:00'), breached_at: at('2026-10-01 12:00'),
    worked_to: { at: at('2026-11-05 10:00'), seconds: 208 * 3600 },
  });
  assert.match(said(one, '2026-11-05 11:30'), /^Просрочено \| на 201 ч 30 мин \| рабочего времени/);
  const paused = { ...one, pauses: [[at('2026-11-05 11:00'), null]] };
  assert.match(said(paused, '2026-11-05 15:00'), /^Просрочено \| на 201 ч 00 мин \| не растёт/);
});

test('a promised date that stands in a pause is not late before the pause ends', () => {
  const one = clock({ state: 'running', due_at: at('2026-11-05 12:00'), risk_at: null, pauses: [[at('2026-11-05 11:00'), at('2026-11-05 13:00')]] });
  assert.equal(script.clockAt(one, OFFICE, at('2026-11-05 13:00')).state, 'running');
  assert.equal(script.clockAt(one, OFFICE, at('2026-11-05 13:00:01')).state, 'overdue');
  const begins = clock({ due_at: at('2026-11-05 12:00'), risk_at: null, pauses: [[at('2026-11-05 12:00'), at('2026-11-05 13:00')]] });
  assert.equal(script.clockAt(begins, OFFICE, at('2026-11-05 13:00')).state, 'running');
});

const DAYS = (due, changes = {}) => clock({ target_seconds: null, target_days: 24, risk_at: null, due_at: at(due), ...changes });

test('working days are whole ones from two on, then one with hours, then hours and minutes', () => {
  const told = (now) => said(DAYS('2026-11-20 18:00'), now).split(' | ').slice(1, 3).join(' | ');
  assert.equal(told('2026-10-30 10:00'), 'осталось 15 рабочих дней | срок пт 20.11 в 18:00');
  assert.equal(told('2026-11-16 10:00'), 'осталось 4 рабочих дня | срок пт 20.11 в 18:00');
  assert.equal(told('2026-11-18 17:59'), 'осталось 2 рабочих дня | срок пт 20.11 в 18:00');
  assert.equal(told('2026-11-19 15:00'), 'остался 1 рабочий день 3 ч | срок завтра в 18:00');
  assert.equal(told('2026-11-19 17:30'), 'остался 1 рабочий день | срок завтра в 18:00');
  assert.equal(told('2026-11-20 14:30'), 'осталось 3 ч 30 мин | рабочего времени');
  assert.match(said(DAYS('2026-11-20 18:00'), '2026-11-19 15:00', 'en'), /^Running \| 1 working day 3 h left \| due tomorrow 18:00/);
});

test('days that are left do not change while nobody works', () => {
  const left = (now) => script.clockAt(DAYS('2026-11-20 18:00'), OFFICE, at(now)).days;
  for (const now of ['2026-11-12 18:00', '2026-11-12 23:59:59', '2026-11-13 00:00', '2026-11-13 00:01', '2026-11-13 09:00']) {
    assert.equal(left(now), 6, now);
  }
  assert.equal(left('2026-11-13 09:00:01'), 5);
});

test('a deadline within a day counts two parts of days that make one', () => {
  const one = script.clockAt(DAYS('2026-11-13 15:00'), OFFICE, at('2026-11-11 12:00'));
  assert.deepEqual([one.days, one.rest], [2, 3 * 3600]);
});

test('numbers take the form that their language has for them', () => {
  const told = (days) => said(DAYS('2027-01-29 18:00'), new Date((at('2027-01-29 18:00') - days / 5 * 7 * 86400 + 3 * 3600) * 1000)
    .toISOString().slice(0, 19).replace('T', ' ')).split(' | ')[1];
  assert.deepEqual([10, 15, 25, 60].map(told), ['осталось 10 рабочих дней', 'осталось 15 рабочих дней', 'осталось 25 рабочих дней', 'осталось 60 рабочих дней']);
  const on = (text) => said(DAYS('2026-11-27 18:00'), text).split(' | ')[1];
  assert.deepEqual(['2026-11-12 18:00', '2026-11-11 18:00', '2026-11-09 18:00', '2026-10-29 18:00', '2026-10-28 18:00'].map(on), [
    'осталось 11 рабочих дней', 'осталось 12 рабочих дней', 'осталось 14 рабочих дней', 'остался 21 рабочий день', 'осталось 22 рабочих дня',
  ]);
});

test('late working days leave out the pause', () => {
  const one = DAYS('2026-11-06 18:00', {
    state: 'overdue', breached_at: at('2026-11-06 18:00'), pauses: [[at('2026-11-09 12:00'), at('2026-11-11 12:00')]],
  });
  assert.match(said(one, '2026-11-13 10:00'), /^Просрочено \| на 2 рабочих дня \| срок был/);
});

test('two windows of one day are one working day, a window over midnight belongs to the day on which it opens', () => {
  const lunch = { zone: MOSCOW, windows: OFFICE.windows.flatMap(([opens]) => [[opens, opens + 4 * 3600], [opens + 5 * 3600, opens + 9 * 3600]]) };
  assert.equal(script.clockAt(DAYS('2026-11-13 18:00'), lunch, at('2026-11-11 12:00')).days, 2);
  const night = { zone: MOSCOW, windows: OFFICE.windows.map(([opens]) => [opens + 13 * 3600, opens + 21 * 3600]) };
  assert.equal(script.clockAt(DAYS('2026-11-13 06:00'), night, at('2026-11-10 23:00')).days, 2);
});

test('working days are told in hours where the zone is not known', () => {
  assert.match(said(DAYS('2026-11-12 18:00'), '2026-11-11 12:00', 'ru', { ...OFFICE, zone: 'Mars/Phobos' }), /^Идёт \| осталось 15 ч 00 мин/);
});

test('a clock tells exactly when working time begins, and when its state turns', () => {
  const one = clock({ due_at: at('2026-11-06 13:00'), risk_at: at('2026-11-06 11:00') });
  const on = (text) => { const { opens, next } = script.clockAt(one, OFFICE, at(text)); return [opens, next]; };
  assert.deepEqual(on('2026-11-05 12:00'), [null, at('2026-11-05 18:00')]);
  assert.deepEqual(on('2026-11-05 18:00'), [at('2026-11-06 09:00'), at('2026-11-06 09:00')]);
  assert.deepEqual(on('2026-11-06 09:00'), [null, at('2026-11-06 11:00')]);
  assert.deepEqual(on('2026-11-06 11:00'), [null, at('2026-11-06 13:00:01')]);
  assert.deepEqual(on('2026-11-06 13:00:01'), [null, at('2026-11-06 18:00')]);
});

test('what is stored as at risk or overdue stays so, whatever else is not told', () => {
  assert.equal(script.clockAt(clock({ state: 'at_risk', risk_at: null }), OFFICE, at('2026-11-05 12:00')).state, 'at_risk');
  assert.equal(script.clockAt(clock({ state: 'overdue', due_at: null }), OFFICE, at('2026-11-05 12:00')).state, 'overdue');
});

test('calendar time knows no hours and calls nothing working time', () => {
  const one = clock({ calendar: '*', due_at: at('2026-11-07 10:00'), risk_at: null, target_seconds: 48 * 3600 });
  const always = { zone: MOSCOW, windows: [[at('2026-01-01 00:00'), at('2027-01-01 00:00')]] };
  assert.equal(said(one, '2026-11-06 22:00', 'ru', always), 'Идёт | осталось 12 ч 00 мин | срок завтра в 10:00');
});

test('a provisional deadline is marked', () => {
  assert.match(said(clock({ provisional: true }), '2026-11-05 10:30'), /срок ≈ сегодня в 18:00$/);
});

test('what is over, and what no state is known of, is left to the server', () => {
  for (const [state, now] of [['met', 'met'], ['missed', 'missed'], ['cancelled', 'none'], ['none', 'none'], ['later invention', 'none']]) {
    const one = script.line(clock({ state }), OFFICE, at('2026-11-05 10:30'), words.ru, MOSCOW);
    assert.deepEqual(one, { state: now, word: words.ru.states[now], amount: null, words: null, due: null });
  }
  assert.equal(script.clockAt(null, OFFICE, 0).state, 'none');
});

test('without windows, or beyond them, there is no amount and the state still turns', () => {
  for (const calendar of [undefined, { zone: MOSCOW, windows: [] }, { zone: MOSCOW, windows: OFFICE.windows.slice(0, 3) }]) {
    const told = script.line(clock(), calendar, at('2026-11-05 18:00:01'), words.ru, MOSCOW);
    assert.deepEqual([told.state, told.amount, plain(told.due)], ['overdue', null, 'срок был сегодня в 18:00']);
    assert.equal(script.line(clock(), calendar, at('2026-11-05 12:00'), words.ru, MOSCOW).amount, null);
  }
});

test('pauses that were not kept leave what depends on them untold', () => {
  const late = clock({ state: 'overdue', breached_at: at('2026-11-05 16:00'), due_at: at('2026-11-05 16:00'), pauses: null });
  assert.equal(script.clockAt(late, OFFICE, at('2026-11-05 17:00')).late, null);
  const paused = script.clockAt(clock({ state: 'paused', due_at: null, pauses: null, worked_to: null }), OFFICE, at('2026-11-05 17:00'));
  assert.deepEqual([paused.state, paused.left, paused.waitingSince], ['paused', null, null]);
});

test('both languages have every word that the script uses', () => {
  const shape = (one) => (one && typeof one === 'object' && !('other' in one && 'one' in one) ? Object.fromEntries(
    Object.keys(one).sort().map((key) => [key, shape(one[key])])) : null);
  for (const part of ['states', 'amount', 'instant', 'line', 'status']) assert.deepEqual(shape(words.ru[part]), shape(words.en[part]));
});
