<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

/** The periods that people ask for most. Pure. */
final class Periods
{
    /**
     * @param string $today like 2026-11-29, in the zone of the report
     * @return array<string, array{string, string}> name => first and last date
     */
    public static function ready(string $today): array
    {
        [$year, $month] = [(int) substr($today, 0, 4), (int) substr($today, 5, 2)];
        $quarter = intdiv($month - 1, 3) * 3 + 1;
        return [
            'this_month' => self::months($year, $month, 1),
            'last_month' => self::months($year, $month - 1, 1),
            'quarter' => self::months($year, $quarter, 3),
            'year' => self::months($year, 1, 12),
        ];
    }

    /** @param string $month like 2026-11 */
    public static function lastOf(string $month): string
    {
        return gmdate('Y-m-d', (int) gmmktime(0, 0, 0, (int) substr($month, 5) + 1, 0, (int) substr($month, 0, 4)));
    }

    /** The month before, as 2026-10. */
    public static function before(string $month): string
    {
        return gmdate('Y-m', (int) gmmktime(0, 0, 0, (int) substr($month, 5) - 1, 1, (int) substr($month, 0, 4)));
    }

    /** @return array{string, string} */
    private static function months(int $year, int $first, int $count): array
    {
        $date = static fn (int $month, int $day): string => gmdate('Y-m-d', (int) gmmktime(0, 0, 0, $month, $day, $year));
        return [$date($first, 1), $date($first + $count, 0)];
    }
}
