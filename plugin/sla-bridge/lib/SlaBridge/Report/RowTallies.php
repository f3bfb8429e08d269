<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/** The rows of one dimension while they are counted: what became of the cycles that share a key, metric by metric. Pure. */
final class RowTallies
{
    /** @var array<array-key, array<array-key, list<int>>> working seconds of what ended, by key and metric */
    private array $elapsed = [];
    /** @var array<array-key, array<array-key, int>> */
    private array $missed = [];
    /** @var array<array-key, array<array-key, int>> */
    private array $open = [];
    /** @var array<array-key, array<array-key, int>> */
    private array $overdue = [];

    public function ended(string $key, string $metric, int $elapsed, bool $missed): void
    {
        $this->elapsed[$key][$metric][] = $elapsed;
        if ($missed) {
            $this->missed[$key][$metric] = ($this->missed[$key][$metric] ?? 0) + 1;
        }
    }

    public function stands(string $key, string $metric, bool $overdue): void
    {
        if ($overdue) {
            $this->overdue[$key][$metric] = ($this->overdue[$key][$metric] ?? 0) + 1;
        } else {
            $this->open[$key][$metric] = ($this->open[$key][$metric] ?? 0) + 1;
        }
    }

    /** @return list<string> */
    public function keys(): array
    {
        return array_map('strval', array_keys($this->elapsed + $this->open + $this->overdue));
    }

    /**
     * @param array<array-key, string> $names by key
     * @return list<array{key: string, name: string, metric: string, met: int, breached: int, open: int, open_breached: int,
     *     median_seconds: ?int, p90_seconds: ?int}> in the order of key and metric
     */
    public function rows(array $names = []): array
    {
        $rows = [];
        $keys = $this->keys();
        sort($keys, SORT_STRING);
        foreach ($keys as $key) {
            $tallies = [$this->elapsed[$key] ?? [], $this->open[$key] ?? [], $this->overdue[$key] ?? []];
            $metrics = array_map('strval', array_keys($tallies[0] + $tallies[1] + $tallies[2]));
            sort($metrics, SORT_STRING);
            foreach ($metrics as $metric) {
                $elapsed = $tallies[0][$metric] ?? [];
                sort($elapsed, SORT_NUMERIC);
                $missed = $this->missed[$key][$metric] ?? 0;
                $rows[] = [
                    'key' => $key, 'name' => $names[$key] ?? '', 'metric' => $metric,
                    'met' => count($elapsed) - $missed, 'breached' => $missed,
                    'open' => $tallies[1][$metric] ?? 0, 'open_breached' => $tallies[2][$metric] ?? 0,
                    'median_seconds' => self::nearestRank($elapsed, 50), 'p90_seconds' => self::nearestRank($elapsed, 90),
                ];
            }
        }
        return $rows;
    }

    /**
     * The smallest of the amounts that at least so many percent do not exceed: one that a cycle really took.
     *
     * @param list<int> $ordered
     */
    public static function nearestRank(array $ordered, int $percent): ?int
    {
        // Whole numbers: 0.9 times 10 may be a little more than 9.
        return $ordered ? $ordered[intdiv($percent * count($ordered) + 99, 100) - 1] : null;
    }
}
