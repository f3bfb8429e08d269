<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use SlaBridge\Db;
use SlaBridge\Schema;

/** Whether mail reaches a ticket's customer, as far as letters of ours could tell; a ticket that never got one has no row. */
final class MailState
{
    public const OK = 'ok';
    public const FAILED = 'failed';

    public static function create(Db $db): void
    {
        $db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, state VARCHAR(8) CHARACTER SET ascii NOT NULL, at BIGINT NOT NULL
        ) ENGINE=InnoDB');
    }

    /**
     * @param list<int> $tickets
     * @return array<int, string> ticket => ok or failed
     */
    public static function of(Db $db, array $tickets): array
    {
        $rows = $tickets ? $db->rows('SELECT ticket_id, state FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets) : [];
        return array_combine(array_map('intval', array_column($rows, 'ticket_id')), array_column($rows, 'state'));
    }

    /** Returns whether that is news. */
    public static function note(Db $db, int $ticket, string $state): bool
    {
        $news = (self::of($db, [$ticket])[$ticket] ?? null) !== $state;
        $db->run('INSERT INTO ' . self::table() . ' (ticket_id, state, at) VALUES (?, ?, UNIX_TIMESTAMP())
            ON DUPLICATE KEY UPDATE state = VALUES(state), at = VALUES(at)', $ticket, $state);
        return $news;
    }

    /** @param list<int> $tickets */
    public static function drop(Db $db, array $tickets): void
    {
        if ($tickets) {
            $db->run('DELETE FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets);
        }
    }

    private static function table(): string
    {
        return Schema::table('mail');
    }
}
