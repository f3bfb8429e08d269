<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

/** The targets of one level, department, customer, agent or month, over all of their metrics. Pure. */
final class Tally
{
    /** Fewer decided ones than this say little about anybody. */
    public const FEW = 10;

    /** @param array<string, array{median: ?int, p90: ?int}> $times working seconds by metric */
    private function __construct(
        public readonly string $key,
        public readonly string $name,
        public readonly int $met,
        public readonly int $breached,
        public readonly int $open,
        public readonly int $openBreached,
        public readonly array $times
    ) {
    }

    /**
     * @param list<array<string, mixed>> $rows one a key and metric
     * @return list<self> one a key, in the order of their coming
     */
    public static function of(array $rows): array
    {
        $byKey = [];
        foreach ($rows as $row) {
            $byKey[(string) $row['key']][] = $row;
        }
        return array_values(array_map(self::sum(...), $byKey));
    }

    public static function none(string $key): self
    {
        return self::sum([['key' => $key]]);
    }

    /** @param list<array<string, mixed>> $rows all of them, one a metric */
    public static function total(array $rows): self
    {
        return $rows ? self::sum($rows) : self::none('');
    }

    /**
     * Worst first; those that say little behind the others, the most breached of them first; last what has decided nothing.
     *
     * @param list<self> $tallies
     * @return list<self>
     */
    public static function worstFirst(array $tallies): array
    {
        $rank = static fn (self $one): array => [$one->decided() === 0, $one->isFew(), $one->isFew() ? -$one->breached : $one->share(),
            -$one->breached, -$one->decided(), -$one->open - $one->openBreached, $one->name, $one->key];
        usort($tallies, static fn (self $a, self $b): int => $rank($a) <=> $rank($b));
        return $tallies;
    }

    public function decided(): int
    {
        return $this->met + $this->breached;
    }

    public function isFew(): bool
    {
        return $this->decided() < self::FEW;
    }

    /** Met ones among the decided, 0 to 1; 1 where nothing is decided. */
    public function share(): float
    {
        return $this->decided() === 0 ? 1.0 : $this->met / $this->decided();
    }

    /** @param list<array<string, mixed>> $rows of one key */
    private static function sum(array $rows): self
    {
        $sum = static fn (string $name): int => (int) array_sum(array_column($rows, $name));
        $times = [];
        foreach ($rows as $row) {
            if (isset($row['metric'])) {
                $times[(string) $row['metric']] = ['median' => $row['median_seconds'] ?? null, 'p90' => $row['p90_seconds'] ?? null];
            }
        }
        return new self(
            (string) $rows[0]['key'],
            (string) ($rows[0]['name'] ?? ''),
            $sum('met'),
            $sum('breached'),
            $sum('open'),
            $sum('open_breached'),
            $times
        );
    }
}
