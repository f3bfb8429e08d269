<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Schema;

/**
 * Agents' pages keep the queues' counters for five minutes. Each time they are thrown away every agent at work pays for
 * counting all queues anew; so writes only note that a ticket entered or left our queues, and the next pass, which begins
 * with the change feed, throws them away: once, and not within a minute of the last time.
 */
final class QueueCounters
{
    private const SECONDS_BETWEEN = 60;

    public function __construct(private readonly Db $db)
    {
    }

    public function noteMoved(): void
    {
        $this->db->run('UPDATE ' . Schema::table('state') . ' SET counts_stale = 1 WHERE id = 1 AND counts_stale = 0');
    }

    /** True when this call threw them away. */
    public function refresh(): bool
    {
        $state = Schema::table('state');
        $isDue = 'id = 1 AND counts_stale = 1 AND counts_cleared <= UNIX_TIMESTAMP() - ?';
        // Looked at first without a lock: agents' requests queue up for this row.
        if ($this->db->row("SELECT 1 FROM $state WHERE $isDue", self::SECONDS_BETWEEN) === null) {
            return false;
        }
        $this->db->run("UPDATE $state SET counts_stale = 0, counts_cleared = UNIX_TIMESTAMP() WHERE $isDue", self::SECONDS_BETWEEN);
        if ($this->db->changedRows() !== 1) {
            return false;
        }
        self::forget();
        return true;
    }

    public static function forget(): void
    {
        if (!function_exists('apcu_enabled') || !apcu_enabled()) {
            return;
        }
        try {
            require_once INCLUDE_DIR . 'class.search.php';
            \SavedQueue::clearCounts();
        } catch (\Throwable) {
            // Only a cache: it expires by itself.
        }
    }
}
