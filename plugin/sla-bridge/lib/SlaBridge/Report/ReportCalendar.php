<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Instant;

/** The published calendar by which reports count: its zone, its working hours, and the days that are worked. Pure. */
final class ReportCalendar
{
    public readonly LocalTime $time;
    /** @var list<array{0: int, 1: int}> */
    private readonly array $windows;
    private readonly int $from;
    private readonly int $until;

    /** @param array{from: string, until: string, windows: list<array{0: string, 1: string}>} $published */
    public function __construct(array $published, string $zone)
    {
        $this->time = new LocalTime(new \DateTimeZone($zone));
        $this->windows = array_map(static fn (array $window): array
            => [(int) Instant::toUnix($window[0]), (int) Instant::toUnix($window[1])], $published['windows']);
        $this->from = (int) Instant::toUnix($published['from']);
        $this->until = (int) Instant::toUnix($published['until']);
    }

    /** @return list<int> the days on which a window opens, in order */
    public function workedDays(): array
    {
        return array_values(array_unique(array_map(fn (array $window): int => $this->time->day($window[0]), $this->windows)));
    }

    /**
     * 1 for each hour of the week whose first instant is worked on at least half of the period's dates of that weekday. A weekday of
     * which no date lies where the calendar is published is told by all that do.
     *
     * @return list<list<int>> from Monday on
     */
    public function workingWeek(string $from, string $until): array
    {
        [$first, $last] = [LocalTime::dayOf($from), LocalTime::dayOf($until)];
        [$begin, $end] = [$this->time->day($this->from), $this->time->day($this->until - 1)];
        $known = $this->hoursWorked(max($first, $begin), min($last, $end));
        $all = $first < $begin || $last > $end ? $this->hoursWorked($begin, $end) : $known;
        $week = array_fill(0, 7, array_fill(0, 24, 0));
        for ($day = $first; $day <= min($last, $first + 6); $day++) {
            $weekday = LocalTime::weekday($day);
            [$dates, $worked] = $known[0][$weekday] > 0 ? $known : $all;
            $half = static fn (int $times): int => (int) (2 * $times >= $dates[$weekday] && $dates[$weekday] > 0);
            $week[$weekday] = array_map($half, $worked[$weekday]);
        }
        return $week;
    }

    /** @return array{0: list<int>, 1: list<list<int>>} by weekday: how many dates there are, and on how many each hour is worked */
    private function hoursWorked(int $first, int $last): array
    {
        $dates = array_fill(0, 7, 0);
        $worked = array_fill(0, 7, array_fill(0, 24, 0));
        $next = 0;
        for ($day = $first; $day <= $last; $day++) {
            $weekday = LocalTime::weekday($day);
            $dates[$weekday]++;
            for ($hour = 0; $hour < 24; $hour++) {
                $at = $this->time->instant($day, $hour);
                while ($next < count($this->windows) && $this->windows[$next][1] <= $at) {
                    $next++;
                }
                $worked[$weekday][$hour] += (int) (($this->windows[$next][0] ?? PHP_INT_MAX) <= $at);
            }
        }
        return [$dates, $worked];
    }
}
