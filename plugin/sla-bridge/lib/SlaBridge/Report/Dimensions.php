<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/** Rows of several dimensions at once, and what the keys in them are called. Pure. */
final class Dimensions
{
    /** @var array<string, RowTallies> by dimension; the empty one holds the totals */
    public array $tallies = [];
    /** @var array<array-key, int> agent => the mark of his last cycle */
    public array $agents = [];
    /** @var array<array-key, int> department => the same */
    public array $departments = [];
    /** @var array<array-key, int> customer => the ticket of his last cycle */
    public array $customers = [];
    /** @var array<string, array<array-key, string>> dimension => key => what it is called, as open clocks tell it */
    public array $names = ['customer' => [], 'department' => [], 'agent' => []];

    /** Where rows by month are asked for: a cycle's month is no key of its own. */
    public readonly ?MonthRows $months;

    /** @param list<string> $asked */
    public function __construct(array $asked, Period $period)
    {
        foreach (['', ...$asked] as $one) {
            $this->tallies[$one] = new RowTallies();
        }
        $this->months = isset($this->tallies['month']) ? new MonthRows($period, $this->tallies['month']) : null;
    }

    /** @param array{level: string, customer: string, department: string, agent: string} $keys */
    public function ended(array $keys, string $metric, int $elapsed, bool $missed): void
    {
        foreach ($this->tallies as $dimension => $tallies) {
            if ($dimension !== 'month') {
                $tallies->ended($keys[$dimension] ?? '', $metric, $elapsed, $missed);
            }
        }
    }

    /** @param array{level: string, customer: string, department: string, agent: string} $keys */
    public function stands(array $keys, string $metric, bool $overdue): void
    {
        foreach ($this->tallies as $dimension => $tallies) {
            if ($dimension !== 'month') {
                $tallies->stands($keys[$dimension] ?? '', $metric, $overdue);
            }
        }
    }
}
