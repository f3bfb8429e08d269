<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;
use SlaBridge\Instant;
use SlaBridge\Schema;

/** Which actions there are, since when each of them is switched on, and how many may run a day. */
final class Acting
{
    private const PER_DAY = 200;
    private const PER_TICKET = 5;

    public function __construct(private readonly Db $db)
    {
    }

    public static function create(Db $db): void
    {
        $db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            action VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, since BIGINT NOT NULL
        ) ENGINE=InnoDB');
        $state = Schema::table('state');
        if (!$db->row("SHOW COLUMNS FROM $state LIKE 'acts\\_per\\_day'")) {
            $db->run("ALTER TABLE $state ADD COLUMN acts_per_day INT UNSIGNED NULL, ADD COLUMN acts_per_ticket INT UNSIGNED NULL");
        }
    }

    /**
     * What is new is switched on now; what is not named any more is forgotten, and everything while the master switch is off.
     *
     * @param list<string> $ids
     * @param array{per_day: int, per_ticket_per_day: int} $limits
     * @return array<string, int> since when, by id
     */
    public function declare(array $ids, array $limits, int $now): array
    {
        if (!MasterSwitch::on()) {
            $this->forget();
            return [];
        }
        return $this->db->transaction(function () use ($ids, $limits, $now): array {
            $before = $this->limits();
            if ($before !== $limits) {
                $this->db->run(
                    'UPDATE ' . Schema::table('state') . ' SET acts_per_day = ?, acts_per_ticket = ? WHERE id = 1',
                    ...array_values($limits)
                );
            }
            $since = $this->since();
            if ($old = array_map('strval', array_diff(array_keys($since), $ids))) {
                $this->db->run('DELETE FROM ' . self::table() . ' WHERE action IN (?)', array_values($old));
            }
            $rows = array_map(static fn (string $id): array => [$id, $now], array_values(array_diff($ids, array_keys($since))));
            $this->db->insert('INSERT IGNORE INTO ' . self::table() . ' (action, since)', $rows);
            return $this->since();
        });
    }

    public function forget(): void
    {
        if ($this->db->row('SELECT 1 FROM ' . self::table() . ' LIMIT 1')) {
            $this->db->run('DELETE FROM ' . self::table());
        }
    }

    /** @return array<string, int> empty while the master switch is off: then all of it is forgotten */
    public function since(): array
    {
        $since = [];
        if (!MasterSwitch::on()) {
            $this->forget();
            return $since;
        }
        foreach ($this->db->rows('SELECT action, since FROM ' . self::table() . ' ORDER BY action') as $row) {
            $since[(string) $row['action']] = (int) $row['since'];
        }
        return $since;
    }

    /** Until this transaction ends nobody else declares anything, or offers letters of no ticket. */
    public function hold(): void
    {
        $this->db->run('SELECT action FROM ' . self::table() . ' ORDER BY action FOR UPDATE');
    }

    /** @return array{per_day: int, per_ticket_per_day: int} */
    public function limits(): array
    {
        $row = $this->db->row('SELECT acts_per_day, acts_per_ticket FROM ' . Schema::table('state') . ' WHERE id = 1');
        return ['per_day' => (int) ($row['acts_per_day'] ?? self::PER_DAY),
            'per_ticket_per_day' => (int) ($row['acts_per_ticket'] ?? self::PER_TICKET)];
    }

    /** The beginning of the database's own day. */
    public function today(): int
    {
        return (int) $this->db->value('SELECT UNIX_TIMESTAMP(CURDATE())');
    }

    /** @param array<string, int> $since @return array<string, ?string> */
    public static function told(array $since): array
    {
        return array_map(Instant::fromUnix(...), $since);
    }

    private static function table(): string
    {
        return Schema::table('acting');
    }
}
