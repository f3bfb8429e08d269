<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

/** Dates, weekdays and hours by the clocks of a zone, fast for many instants. Days are counted from 1970-01-01. Pure. */
final class LocalTime
{
    private const DAY = 86400;
    /** Years that reports can be about: what lies outside has the offset of the nearest one. */
    private const FIRST = '2000-01-01';
    private const LAST = '2060-01-01';

    /** @var list<array{0: int, 1: int}> from when on which offset holds */
    private readonly array $offsets;

    public function __construct(public readonly \DateTimeZone $zone)
    {
        $changes = $zone->getTransitions((int) strtotime(self::FIRST . ' UTC'), (int) strtotime(self::LAST . ' UTC')) ?: [];
        $this->offsets = array_map(static fn (array $one): array => [(int) $one['ts'], (int) $one['offset']], $changes) ?: [[0, 0]];
    }

    /** The day on which an instant lies. */
    public function day(int $at): int
    {
        return intdiv($at + $this->offset($at), self::DAY);
    }

    /** @return array{0: int, 1: int} weekday from Monday = 0 on, and hour */
    public function hour(int $at): array
    {
        $local = $at + $this->offset($at);
        return [self::weekday(intdiv($local, self::DAY)), intdiv($local % self::DAY, 3600)];
    }

    public static function weekday(int $day): int
    {
        return ($day + 3) % 7;
    }

    /** The instant at which the clocks show that hour of that day. */
    public function instant(int $day, int $hour = 0): int
    {
        $local = $day * self::DAY + $hour * 3600;
        return $local - $this->offset($local - $this->offset($local));
    }

    public static function dayOf(string $date): int
    {
        return intdiv((int) strtotime("$date UTC"), self::DAY);
    }

    public static function date(int $day): string
    {
        return gmdate('Y-m-d', $day * self::DAY);
    }

    private function offset(int $at): int
    {
        [$low, $high] = [0, count($this->offsets) - 1];
        while ($low < $high) {
            $middle = intdiv($low + $high + 1, 2);
            [$low, $high] = $this->offsets[$middle][0] <= $at ? [$middle, $high] : [$low, $middle - 1];
        }
        return $this->offsets[$low][1];
    }
}
