<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/**
 * Where the time of cycles went, by status and by department. A row of the table of cycles holds its own packed: where it was
 * (`status:department`, with commas between), a blank, and the seconds in the same order. Most cycles were in the same few
 * places, so that a year of them is added up place by place. Pure.
 */
final class Spent
{
    /** @var array<string, list<int>> places => seconds */
    private array $seconds = [];
    /** @var array<string, int> places => cycles */
    private array $cycles = [];
    /** @var array<string, array{0: int, 1: int}> places => the last cycle, which tells their names: the how manieth, and its mark */
    private array $last = [];
    private int $taken = 0;

    /** @param ?list<int> $departments of others nothing is told */
    public function __construct(private readonly ?array $departments)
    {
    }

    public static function packed(mixed $spent): string
    {
        $places = $seconds = [];
        foreach (is_array($spent) ? $spent : [] as $one) {
            if (is_array($one) && is_int($one['seconds'] ?? null) && $one['seconds'] >= 0) {
                $places[] = (int) ($one['status']['id'] ?? 0) . ':' . (int) ($one['department']['id'] ?? 0);
                $seconds[] = $one['seconds'];
            }
        }
        return $places ? implode(',', $places) . ' ' . implode(',', $seconds) : '';
    }

    /** Takes in a cycle's time; they come in the order of their ends. @param int $cycle as `CycleRow::mark` says it */
    public function add(string $packed, int $cycle): void
    {
        [$places, $seconds] = explode(' ', $packed);
        if (!isset($this->cycles[$places])) {
            $this->seconds[$places] = array_map('intval', explode(',', $seconds));
            $this->cycles[$places] = 1;
        } else {
            foreach (explode(',', $seconds) as $index => $some) {
                $this->seconds[$places][$index] += (int) $some;
            }
            $this->cycles[$places]++;
        }
        $this->last[$places] = [$this->taken++, $cycle];
    }

    /** @return array{status: list<array<string, mixed>>, department: list<array<string, mixed>>} longest first */
    public function told(Names $names): array
    {
        $sums = ['status' => [], 'department' => []];
        foreach ($this->seconds as $places => $seconds) {
            $found = ['status' => [], 'department' => []];
            foreach (explode(',', $places) as $index => $place) {
                [$status, $department] = array_map('intval', explode(':', $place));
                if ($this->departments === null || in_array($department, $this->departments, true)) {
                    $found['status'][$status] = ($found['status'][$status] ?? 0) + $seconds[$index];
                    $found['department'][$department] = ($found['department'][$department] ?? 0) + $seconds[$index];
                }
            }
            foreach ($found as $what => $some) {
                foreach ($some as $id => $amount) {
                    $sum = $sums[$what][$id] ?? [0, 0, [0, 0]];
                    $sums[$what][$id] = [$sum[0] + $amount, $sum[1] + $this->cycles[$places], max($sum[2], $this->last[$places])];
                }
            }
        }
        return ['status' => self::longestFirst($sums['status'], $names, 'status'),
            'department' => self::longestFirst($sums['department'], $names, 'department')];
    }

    /**
     * @param array<int, array{0: int, 1: int, 2: array{0: int, 1: int}}> $sums id => seconds, cycles, and the last of them
     * @return list<array{key: string, name: string, seconds: int, cycles: int}>
     */
    private static function longestFirst(array $sums, Names $names, string $what): array
    {
        $names->read(array_column(array_column($sums, 2), 1));
        $told = [];
        foreach ($sums as $id => [$seconds, $cycles, [, $last]]) {
            $told[] = ['key' => $id === 0 ? '' : (string) $id, 'name' => $names->spentOn($last, $what, $id),
                'seconds' => $seconds, 'cycles' => $cycles];
        }
        usort($told, static fn (array $a, array $b): int => $b['seconds'] <=> $a['seconds'] ?: strcmp($a['key'], $b['key']));
        return $told;
    }
}
