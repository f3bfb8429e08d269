<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What happened on a day, as far as the clocks of the ticket tell; and what kind of day it was. */
final class DayEvents
{
    private const TITLES_AT_MOST = 3;

    private readonly Words $words;
    private readonly Calendar $calendar;

    /** @var ?list<array{string, int, array<string, string|int>}> */
    private ?array $instants = null;

    public function __construct(private readonly Situation $situation, private readonly Reckoning $reckoning)
    {
        $this->words = $situation->words;
        $this->calendar = $reckoning->calendar;
    }

    /**
     * @param list<string> $dates of one row
     * @return list<string> sentences, all but the last with a semicolon
     */
    public function of(array $dates): array
    {
        $events = [];
        foreach ($this->instants() as [$key, $at, $places]) {
            if ($this->falls($at, $dates)) {
                $events[] = $this->words->say("table.$key", ['time' => $this->time($at, count($dates) > 1)] + $places);
            }
        }
        $events = [...$events, ...$this->days($dates)];
        $last = count($events) - 1;
        return array_map(static fn (string $one, int $i): string => $i < $last ? "$one;" : $one, $events, array_keys($events));
    }

    /** The time of an instant; in a row of several days with the weekday. */
    private function time(int $at, bool $isOfMany): string
    {
        $local = $this->calendar->local($at);
        $weekday = $isOfMany ? $this->words->list('instant.weekdays')[(int) $local->format('N') - 1] . "\u{a0}" : '';
        return $weekday . $local->format('H:i');
    }

    /**
     * @param list<string> $dates
     * @return array{due?: int, now?: int} what stands on the bar of these days
     */
    public function marks(array $dates): array
    {
        $clock = $this->reckoning->clock;
        $due = $clock->isPaused() && $clock->state !== 'overdue' ? null : $clock->dueAt;
        $now = $clock->isOpen() ? $this->reckoning->to : null;
        $marks = [];
        if ($due !== null && $this->falls($due, $dates)) {
            $marks['due'] = $due;
        }
        if ($now !== null && $this->falls($now, $dates)) {
            $marks['now'] = $now;
        }
        return $marks;
    }

    /** @return list<array{string, int, array<string, string|int>}> word, instant, what else the word is filled with; in order */
    private function instants(): array
    {
        return $this->instants ??= (new ClockEvents($this->situation, $this->reckoning))->all();
    }

    /**
     * @param list<string> $dates
     * @return list<string>
     */
    private function days(array $dates): array
    {
        $language = $this->situation->view->language;
        if ($this->calendar->windowsOf($dates[0])) {
            return $this->working($dates[0]);
        }
        $told = [];
        foreach ($dates as $date) {
            $kind = $this->calendar->kind($date);
            $plain = in_array($this->calendar->local($this->calendar->midnight($date))->format('N'), ['6', '7'], true);
            $told[] = $this->calendar->dayTitle($date, $language) ?? match (true) {
                $kind === 'holiday' || $kind === 'day_off' => $this->words->say("table.$kind"),
                $plain => $this->words->say(count($dates) > 1 ? 'table.weekends' : 'table.weekend'),
                default => $this->words->say('table.no_work'),
            };
        }
        $told = array_values(array_unique($told));
        return count($told) > self::TITLES_AT_MOST ? [$this->words->say('table.off_days')] : [implode(', ', $told)];
    }

    /** @return list<string> what is remarkable of a day that is worked */
    private function working(string $date): array
    {
        $kind = $this->calendar->kind($date);
        if ($kind === 'short' || $kind === 'short_day') {
            $windows = $this->calendar->windowsOf($date);
            $close = $this->calendar->local($windows[count($windows) - 1][1])->format('H:i');
            return [$this->words->say('table.short', ['time' => $close])];
        }
        return $kind === 'working_weekend' ? [$this->words->say('table.working_weekend')] : [];
    }

    /** @param list<string> $dates */
    private function falls(int $at, array $dates): bool
    {
        $date = $this->calendar->date($at);
        return in_array($date, $dates, true)
            // A deadline at midnight belongs to the day that ends with it.
            || ($at === $this->reckoning->clock->dueAt && $at === $this->calendar->midnight($date)
                && in_array(Calendar::next($date, -1), $dates, true));
    }
}
