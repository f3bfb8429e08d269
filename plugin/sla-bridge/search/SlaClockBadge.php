<?php

// SPDX-License-Identifier: GPL-2.0-or-later

/**
 * The one column of ours in the queues: a badge with the state, under it the date, under that the level. What it shows comes with
 * the rows of the queue, by the one join of our path; with the plugin off osTicket shows the column's plain date.
 */
class SlaClockBadge extends QueueColumnFilter
{
    public static $id = SlaBridge\Queues\Badge::FILTER;
    public static $desc = 'SLA';

    /** The same for all rows of a page. */
    private static ?SlaBridge\Queues\Badge $badge = null;

    /** osTicket keeps the registry per request and takes no class twice. */
    public static function join(): void
    {
        if (QueueColumnFilter::getInstance(self::$id) === null) {
            QueueColumnFilter::register(self::class, 'SLA');
        }
    }

    public function mangleQuery($query, $column)
    {
        SlaBridge\Queues\StaleNote::showOnce();
        $paths = array_map(static fn (string $name): string => SlaBridge\Queues\Clocks::JOIN . "__$name", SlaBridge\Queues\Badge::SHOWS);
        return $query->values(...$paths);
    }

    public function filter($value, $row)
    {
        if (!$value instanceof LazyDisplayWrapper) {
            return $value;
        }
        try {
            $shown = [];
            foreach (SlaBridge\Queues\Badge::SHOWS as $name) {
                $shown[$name] = $row[SlaBridge\Queues\Clocks::JOIN . "__$name"] ?? null;
            }
            $value->changeTo((self::$badge ??= SlaBridge\Queues\Badge::forViewer())->html($shown), true);
        } catch (Throwable $error) {
            error_log('sla-bridge: badge: ' . $error->getMessage());
        }
        return $value;
    }
}
