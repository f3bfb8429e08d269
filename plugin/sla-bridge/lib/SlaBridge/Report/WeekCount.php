<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/** How often something happened in each hour of the week. Pure. */
final class WeekCount
{
    /** @var list<list<int>> from Monday on */
    public array $hours;

    public function __construct(private readonly LocalTime $time)
    {
        $this->hours = array_fill(0, 7, array_fill(0, 24, 0));
    }

    public function add(int $at, int $times = 1): void
    {
        [$weekday, $hour] = $this->time->hour($at);
        $this->hours[$weekday][$hour] += $times;
    }
}
