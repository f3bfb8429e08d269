<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/**
 * Where the time of cycles went, by status and by department. A row of the table of cycles holds its own packed, as
 * `status:department:seconds` with blanks between, so that a year of them is read in one go. Pure.
 */
final class Spent
{
    /** @var array<int, array{0: int, 1: int}> seconds and cycles by status */
    public array $status = [];
    /** @var array<int, array{0: int, 1: int}> by department */
    public array $department = [];

    public static function packed(mixed $spent): string
    {
        $parts = [];
        foreach (is_array($spent) ? $spent : [] as $one) {
            $seconds = is_array($one) ? $one['seconds'] ?? null : null;
            if (is_int($seconds) && $seconds > 0) {
                $parts[] = (int) ($one['status']['id'] ?? 0) . ':' . (int) ($one['department']['id'] ?? 0) . ":$seconds";
            }
        }
        return implode(' ', $parts);
    }

    /** Takes one cycle's time in. */
    public function add(string $packed): void
    {
        $statuses = $departments = [];
        foreach (explode(' ', $packed) as $part) {
            [$status, $department, $seconds] = explode(':', $part);
            $statuses[$status] = ($statuses[$status] ?? 0) + (int) $seconds;
            $departments[$department] = ($departments[$department] ?? 0) + (int) $seconds;
        }
        foreach ($statuses as $id => $seconds) {
            $this->status[$id] = [($this->status[$id][0] ?? 0) + $seconds, ($this->status[$id][1] ?? 0) + 1];
        }
        foreach ($departments as $id => $seconds) {
            $this->department[$id] = [($this->department[$id][0] ?? 0) + $seconds, ($this->department[$id][1] ?? 0) + 1];
        }
    }
}
