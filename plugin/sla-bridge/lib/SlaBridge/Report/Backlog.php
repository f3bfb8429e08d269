<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/** Open tickets by their age in working days: how many worked days lie after that on which they came, today included. Pure. */
final class Backlog
{
    private const BANDS = [0, 1, 3, 7, 30];

    /** @var list<int> worked days up to today */
    private readonly array $worked;
    /** @var list<array{from_days: int, until_days: ?int, ours: int, waiting: int}> */
    public array $bands = [];

    public function __construct(ReportCalendar $calendar, private readonly LocalTime $time, int $now)
    {
        $today = $time->day($now);
        $this->worked = array_values(array_filter($calendar->workedDays(), static fn (int $day): bool => $day <= $today));
        foreach (self::BANDS as $index => $from) {
            $this->bands[] = ['from_days' => $from, 'until_days' => self::BANDS[$index + 1] ?? null, 'ours' => 0, 'waiting' => 0];
        }
    }

    public function add(int $created, bool $waiting, int $tickets = 1): void
    {
        $age = $this->age($this->time->day($created));
        $band = count(array_filter(self::BANDS, static fn (int $from): bool => $from <= $age)) - 1;
        $this->bands[$band][$waiting ? 'waiting' : 'ours'] += $tickets;
    }

    private function age(int $day): int
    {
        [$low, $high] = [0, count($this->worked)];
        while ($low < $high) {
            $middle = intdiv($low + $high, 2);
            [$low, $high] = $this->worked[$middle] <= $day ? [$middle + 1, $high] : [$low, $middle];
        }
        return count($this->worked) - $low;
    }
}
