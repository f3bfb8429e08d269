<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** What the agents' pages need before they list or count tickets. */
final class StaffPages
{
    /**
     * From 10.4 on MariaDB guesses, where (almost) no tickets were ever merged, that osTicket's join of merged tickets yields
     * nothing, and scans every later table in full for each row: its own list of open tickets takes a minute at 20,000.
     */
    public const SETTING = 'optimizer_use_condition_selectivity';

    public static function isOne(): bool
    {
        return str_contains((string) ($_SERVER['SCRIPT_NAME'] ?? ''), '/scp/');
    }

    /** @param bool $ease whether this session's optimizer may be told not to guess */
    public static function prepare(bool $ease): void
    {
        try {
            $db = Db::ofOsTicket();
            if ($ease && self::guesses($db->serverVersion())) {
                $db->run('SET SESSION ' . self::SETTING . ' = 1');
            }
            \SlaClock::register();
        } catch (\Throwable $error) {
            error_log('sla-bridge: staff pages: ' . $error->getMessage());
        }
    }

    /** @param string $server as it greets: `10.11.6-MariaDB`, from some behind `5.5.5-`; MySQL has no such setting */
    public static function guesses(string $server): bool
    {
        return preg_match('/(?:^|-)(\d+\.\d+\.\d+)-MariaDB/i', $server, $found) === 1 && version_compare($found[1], '10.4', '>=');
    }
}
