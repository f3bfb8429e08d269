<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/** Tickets by what became of all their cycles of a period. Pure. */
final class TicketTally
{
    private const COUNTED = 1;
    private const MISSED = 2;
    private const LAST_MISSED = 4;
    private const REOPENED = 8;

    /** @var array<int, int> ticket => bits; 0: only cancelled ones so far */
    private array $found = [];
    /** @var array<int, int> ticket => when the last counted one ended */
    private array $last = [];

    /** Takes in a cycle; they come in the order of their ends. */
    public function add(int $ticket, string $state, int $stopped, int $opening): void
    {
        $found = $this->found[$ticket] ?? 0;
        if ($state !== 'cancelled') {
            if (($this->last[$ticket] ?? 0) !== $stopped) {
                $found &= ~self::LAST_MISSED;
                $this->last[$ticket] = $stopped;
            }
            $found |= self::COUNTED | ($opening > 1 ? self::REOPENED : 0);
            // Of several that ended in the last second, one that was missed decides.
            $found |= $state === 'missed' ? self::MISSED | self::LAST_MISSED : 0;
        }
        $this->found[$ticket] = $found;
    }

    /** @return array{met: int, breached: int, last_breached: int, reopened: int, cancelled: int} */
    public function counts(): array
    {
        $counts = ['met' => 0, 'breached' => 0, 'last_breached' => 0, 'reopened' => 0, 'cancelled' => 0];
        foreach (array_count_values($this->found) as $bits => $tickets) {
            $counts[$bits === 0 ? 'cancelled' : ($bits & self::MISSED ? 'breached' : 'met')] += $tickets;
            $counts['last_breached'] += $bits & self::LAST_MISSED ? $tickets : 0;
            $counts['reopened'] += $bits & self::REOPENED ? $tickets : 0;
        }
        return $counts;
    }
}
