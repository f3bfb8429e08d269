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
    /** @var array<array-key, array{0: int, 1: int, 2: int, 3: int}> status => seconds, cycles, and the last cycle that tells its name */
    private array $statuses = [];
    /** @var array<array-key, array{0: int, 1: int, 2: int, 3: int}> department => the same */
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
        return implode(' ', $parts);
    }

    /** Takes in a cycle's time; of two that name the same, the later one is last. */
    public function add(string $packed, int $ticket, int $no): void
    {
        $statuses = $departments = [];
        foreach (explode(' ', $packed) as $part) {
            [$status, $department, $seconds] = explode(':', $part);
            if ($this->seen === null || isset($this->seen[$department])) {
                $statuses[$status] = ($statuses[$status] ?? 0) + (int) $seconds;
                $departments[$department] = ($departments[$department] ?? 0) + (int) $seconds;
            }
        }
        foreach ($statuses as $id => $seconds) {
            $this->statuses[$id] = [($this->statuses[$id][0] ?? 0) + $seconds, ($this->statuses[$id][1] ?? 0) + 1, $ticket, $no];
        }
        foreach ($departments as $id => $seconds) {
            $this->departments[$id] = [($this->departments[$id][0] ?? 0) + $seconds, ($this->departments[$id][1] ?? 0) + 1, $ticket, $no];
        }
    }

    /** @return array{status: list<array<string, mixed>>, department: list<array<string, mixed>>} longest first */
    public function told(Names $names): array
    {
        $cycles = array_merge(array_values($this->statuses), array_values($this->departments));
        $names->read(array_map(static fn (array $one): array => [$one[2], $one[3]], $cycles));
        return ['status' => self::longestFirst($this->statuses, $names, 'status'),
            'department' => self::longestFirst($this->departments, $names, 'department')];
    }

    /**
     * @param array<array-key, array{0: int, 1: int, 2: int, 3: int}> $sums
     * @return list<array{key: string, name: string, seconds: int, cycles: int}>
     */
    private static function longestFirst(array $sums, Names $names, string $what): array
    {
        $told = [];
        foreach ($sums as $id => [$seconds, $cycles, $ticket, $no]) {
            $told[] = ['key' => $id === 0 ? '' : (string) $id, 'name' => $names->spentOn($ticket, $no, $what, (int) $id),
                'seconds' => $seconds, 'cycles' => $cycles];
        }
        usort($told, static fn (array $a, array $b): int => $b['seconds'] <=> $a['seconds'] ?: strcmp($a['key'], $b['key']));
        return $told;
    }
}
