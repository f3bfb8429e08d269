<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/**
 * The hours of a day that a picture spans: from the earliest opening to the latest close of its days, on whole hours. Of days off
 * alone, those of the working days around them.
 */
final class DayAxis
{
    private const TICK = 10800;
    private const DAYS_AROUND = 14;

    private function __construct(private readonly Calendar $calendar, private readonly int $from, private readonly int $to)
    {
    }

    /** @param list<string> $dates */
    public static function of(Calendar $calendar, array $dates): self
    {
        $found = self::span($calendar, $dates);
        for ($days = 1; $found === null && $dates && $days <= self::DAYS_AROUND; $days++) {
            $found = self::span($calendar, [Calendar::next($dates[0], -$days), Calendar::next($dates[count($dates) - 1], $days)]);
        }
        return new self($calendar, ...$found ?? [0, 86400]);
    }

    /**
     * @param list<string> $dates
     * @return ?array{int, int} null of days off
     */
    private static function span(Calendar $calendar, array $dates): ?array
    {
        [$from, $to] = [86400, 0];
        foreach ($dates as $date) {
            foreach ($calendar->windowsOf($date) as [$open, $close]) {
                $from = min($from, self::clock($calendar, $open));
                // A close at midnight is the end of this day, not the beginning of the next.
                $to = max($to, self::clock($calendar, $close - 1) + 1);
            }
        }
        return $from < $to ? [intdiv($from, 3600) * 3600, min(86400, intdiv($to + 3599, 3600) * 3600)] : null;
    }

    /** Where an instant of that date lies, from 0 to 100. */
    public function percent(string $date, int $at): float
    {
        $found = $this->calendar->date($at);
        $clock = $found === $date ? self::clock($this->calendar, $at) : ($found < $date ? 0 : 86400);
        return round(100 * (min($this->to, max($this->from, $clock)) - $this->from) / ($this->to - $this->from), 3);
    }

    /** Where a stretch that ends at `$to` ends: at 100 also where that is the next day's first second. */
    public function end(string $date, int $to): float
    {
        return $this->percent($date, $to - 1) >= 99.99 ? 100.0 : $this->percent($date, $to);
    }

    /** @return list<array{float, string}> ticks: where they are, and the time on the clock */
    public function ticks(): array
    {
        $ticks = [];
        for ($at = $this->from; $at <= $this->to; $at += self::TICK) {
            $ticks[] = $this->tick($at);
        }
        $rest = ($this->to - $this->from) % self::TICK;
        if ($rest > 0) {
            // The end is always said; a tick too near to it makes room.
            if ($rest < self::TICK / 2 && count($ticks) > 1) {
                array_pop($ticks);
            }
            $ticks[] = $this->tick($this->to);
        }
        return $ticks;
    }

    /** @return array{float, string} */
    private function tick(int $at): array
    {
        // Axes begin and end on whole hours.
        return [round(100 * ($at - $this->from) / ($this->to - $this->from), 3), sprintf('%02d:00', intdiv($at, 3600))];
    }

    private static function clock(Calendar $calendar, int $at): int
    {
        $local = $calendar->local($at);
        return 3600 * (int) $local->format('G') + 60 * (int) $local->format('i') + (int) $local->format('s');
    }
}
