// Clocks in a few words. Hours are 09:00 to 18:00 in Moscow from Monday to Friday; instants are written as Moscow's clocks show them.
export const MOSCOW = 'Europe/Moscow';
export const at = (text) => Date.parse(`${text.replace(' ', 'T')}+03:00`) / 1000;

const windows = [];
for (let day = at('2026-10-26 00:00'); day < at('2027-03-01 00:00'); day += 86400) {
  if ((day - at('2026-10-26 00:00')) / 86400 % 7 < 5) windows.push([day + 9 * 3600, day + 18 * 3600]);
}
export const OFFICE = { zone: MOSCOW, windows };

export const clock = (changes = {}) => ({
  state: 'running', started_at: at('2026-11-05 10:00'), due_at: at('2026-11-05 18:00'), risk_at: at('2026-11-05 16:00'),
  breached_at: null, stopped_at: null, target_seconds: 8 * 3600, target_days: null, provisional: false, pauses: [],
  worked_to: { at: at('2026-11-05 10:00'), seconds: 0 }, calendar: 'office', ...changes,
});

export const data = (now, clocks, words, changes = {}) => ({
  now: at(now), zone: MOSCOW, language: 'ru', stale_from: null, words, line: 0, clocks, calendars: { office: OFFICE }, ...changes,
});
