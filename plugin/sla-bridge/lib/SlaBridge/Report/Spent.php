<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/**
 * Where the time of cycles went, by status and by department. A row of the table of cycles holds its own packed, as
 * `status:department:seconds`, one after the other, so that a year of them is read in one go. Pure.
 */
final class Spent
{
    /** @var array<array-key, array{0: int, 1: int, 2: int}> status => seconds, cycles, and the last cycle, which tells its name */
    private array $statuses = [];
    /** @var array<array-key, array{0: int, 1: int, 2: int}> department => the same */
    private array $departments = [];
    /** @var ?array<int, int> */
    private readonly ?array $seen;

    /** @param ?list<int> $departments of others nothing is taken */
    public function __construct(?array $departments)
    {
        $this->seen = $departments === null ? null : array_flip($departments);
    }

    public static function packed(mixed $spent): string
    {
        $parts = [];
        foreach (is_array($spent) ? $spent : [] as $one) {
            $seconds = is_array($one) ? $one['seconds'] ?? null : null;
            if (is_int($seconds) && $seconds >= 0) {
                $parts[] = (int) ($one['status']['id'] ?? 0) . ':' . (int) ($one['department']['id'] ?? 0) . ":$seconds";
            }
        }
        return implode(':', $parts);
    }

    /** Takes in a cycle's time; of those that name the same, the last one tells its name. @param int $cycle as `CycleRow::mark` says it */
    public function add(string $packed, int $cycle): void
    {
        $parts = explode(':', $packed);
        for ($at = 0, $end = count($parts); $at < $end; $at += 3) {
            $department = $parts[$at + 1];
            if ($this->seen === null || isset($this->seen[$department])) {
                $this->addTo($this->statuses, $parts[$at], (int) $parts[$at + 2], $cycle);
                $this->addTo($this->departments, $department, (int) $parts[$at + 2], $cycle);
            }
        }
    }

    /** @param array<array-key, array{0: int, 1: int, 2: int}> $sums */
    private function addTo(array &$sums, string $id, int $seconds, int $cycle): void
    {
        if (!isset($sums[$id])) {
            $sums[$id] = [$seconds, 1, $cycle];
            return;
        }
        $sum = &$sums[$id];
        $sum[0] += $seconds;
        // A status and a department come more than once in a cycle that went back and forth.
        if ($sum[2] !== $cycle) {
            $sum[1]++;
            $sum[2] = $cycle;
        }
    }

    /** @return array{status: list<array<string, mixed>>, department: list<array<string, mixed>>} longest first */
    public function told(Names $names): array
    {
        $names->read([...array_column($this->statuses, 2), ...array_column($this->departments, 2)]);
        return ['status' => self::longestFirst($this->statuses, $names, 'status'),
            'department' => self::longestFirst($this->departments, $names, 'department')];
    }

    /**
     * @param array<array-key, array{0: int, 1: int, 2: int}> $sums
     * @return list<array{key: string, name: string, seconds: int, cycles: int}>
     */
    private static function longestFirst(array $sums, Names $names, string $what): array
    {
        $told = [];
        foreach ($sums as $id => [$seconds, $cycles, $last]) {
            $told[] = ['key' => $id === 0 ? '' : (string) $id, 'name' => $names->spentOn($last, $what, (int) $id),
                'seconds' => $seconds, 'cycles' => $cycles];
        }
        usort($told, static fn (array $a, array $b): int => $b['seconds'] <=> $a['seconds'] ?: strcmp($a['key'], $b['key']));
        return $told;
    }
}
