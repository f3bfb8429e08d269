<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Db;
use SlaBridge\Schema;

/** How customers found the help that they got: once for each time a ticket was resolved, from 1 to 5. */
final class Ratings
{
    public const WORST = 1;
    public const BEST = 5;
    public const LONGEST_COMMENT = 2000;

    public function __construct(private readonly Db $db)
    {
    }

    public function create(): void
    {
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            ticket_id INT UNSIGNED NOT NULL, cycle INT UNSIGNED NOT NULL, score TINYINT UNSIGNED NOT NULL, at BIGINT NOT NULL,
            PRIMARY KEY (ticket_id, cycle)
        ) ENGINE=InnoDB');
    }

    /** Keeps the first answer; false where there is one already. */
    public function keep(int $ticket, int $cycle, int $score): bool
    {
        $this->db->run(
            'INSERT IGNORE INTO ' . self::table() . ' (ticket_id, cycle, score, at) VALUES (?, ?, ?, UNIX_TIMESTAMP())',
            $ticket,
            $cycle,
            $score
        );
        return $this->db->changedRows() > 0;
    }

    public function has(int $ticket, int $cycle): bool
    {
        return $this->db->value('SELECT score FROM ' . self::table() . ' WHERE ticket_id = ? AND cycle = ?', $ticket, $cycle) !== null;
    }

    /**
     * @param list<int> $tickets
     * @return array<int, list<array{at: int, score: int}>> by ticket, in the order of time
     */
    public static function of(Db $db, array $tickets): array
    {
        $found = [];
        $rows = $db->rows('SELECT ticket_id, score, at FROM ' . self::table() . ' WHERE ticket_id IN (?) ORDER BY at', $tickets);
        foreach ($rows as $row) {
            $found[(int) $row['ticket_id']][] = ['at' => (int) $row['at'], 'score' => (int) $row['score']];
        }
        return $found;
    }

    /** @param list<int> $tickets */
    public static function drop(Db $db, array $tickets): void
    {
        $db->run('DELETE FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets);
    }

    private static function table(): string
    {
        return Schema::table('rating');
    }
}
