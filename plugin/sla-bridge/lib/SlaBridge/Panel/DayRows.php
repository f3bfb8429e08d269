<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The days of a clock from its start to its deadline, its end or now, whichever is last; neighbouring days off are one row. */
final class DayRows
{
    /** Days at most: a clock that lasts longer is told from its latest day backwards. */
    private const DAYS = 400;

    /** @param list<array{dates: list<string>, spans: list<array{string, int, int}>}> $rows */
    private function __construct(private readonly array $rows)
    {
    }

    public static function of(Reckoning $reckoning): self
    {
        $clock = $reckoning->clock;
        $calendar = $reckoning->calendar;
        $due = $clock->isPaused() && $clock->state !== 'overdue' ? null : $clock->dueAt;
        $last = min(max($reckoning->to, $due ?? 0), max($calendar->until, $reckoning->to));
        $first = max($clock->startedAt, $calendar->from, $last - self::DAYS * 86400);
        // A deadline at midnight belongs to the day that ends with it.
        $lastDate = $calendar->date(max($first, $last - 1));
        $spans = new DaySpans($reckoning);
        $rows = [];
        for ($date = $calendar->date($first); $date <= $lastDate; $date = Calendar::next($date)) {
            $of = $spans->of($date);
            $before = count($rows) - 1;
            if (!$of && $before >= 0 && !$rows[$before]['spans']) {
                $rows[$before]['dates'][] = $date;
            } else {
                $rows[] = ['dates' => [$date], 'spans' => $of];
            }
        }
        return new self($rows);
    }

    /** @return list<array{dates: list<string>, spans: list<array{string, int, int}>}> */
    public function all(): array
    {
        return $this->rows;
    }

    /** @return list<string> */
    public function dates(): array
    {
        return array_merge(...array_column($this->rows, 'dates'));
    }

    public function counted(): int
    {
        $sum = 0;
        foreach ($this->rows as $row) {
            $sum += DaySpans::sum($row['spans'], 'counted') + DaySpans::sum($row['spans'], 'late');
        }
        return $sum;
    }
}
