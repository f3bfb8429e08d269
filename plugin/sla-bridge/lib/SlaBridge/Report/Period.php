<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/** The time of a question by the clocks of a zone: its dates, and the twelve months that end with that of its end. Pure. */
final class Period
{
    private const MONTHS = 12;

    public readonly string $from;
    public readonly string $until;
    /** The first instant, and the first one behind it. */
    public readonly int $start;
    public readonly int $end;
    /** @var list<string> like 2026-11 */
    public readonly array $months;
    /** @var list<int> the instants at which the months begin, and that at which the last one ends */
    public readonly array $edges;

    public function __construct(Question $question, public readonly LocalTime $time, int $now)
    {
        $today = LocalTime::date($time->day($now));
        $this->from = $question->from ?? substr($today, 0, 8) . '01';
        $this->until = $question->until ?? gmdate('Y-m-t', (int) strtotime("$today UTC"));
        $this->start = $time->instant(LocalTime::dayOf($this->from));
        $this->end = $time->instant(LocalTime::dayOf($this->until) + 1);
        $months = $edges = [];
        [$year, $month] = array_map('intval', explode('-', $this->until));
        for ($back = self::MONTHS - 1; $back >= -1; $back--) {
            $first = gmdate('Y-m-d', (int) gmmktime(0, 0, 0, $month - $back, 1, $year));
            $months[] = substr($first, 0, 7);
            $edges[] = $time->instant(LocalTime::dayOf($first));
        }
        $this->months = array_slice($months, 0, self::MONTHS);
        $this->edges = $edges;
    }

    public function contains(int $at): bool
    {
        return $this->start <= $at && $at < $this->end;
    }
}
