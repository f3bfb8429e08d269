<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * The plugin's own tables. They carry a version of their own: osTicket calls a plugin's pre_upgrade() on every request
 * (it compares with a misspelt key), which makes that hook useless.
 */
final class Schema
{
    private const VERSION = 3;

    /** @var ?array{instance: string, seq: int} */
    private ?array $state = null;

    public function __construct(private readonly Db $db)
    {
    }

    public static function table(string $name): string
    {
        return '`' . TABLE_PREFIX . 'sla_bridge_' . $name . '`';
    }

    /** @return array{instance: string, seq: int} the instance's id and the newest sequence number */
    public function state(): array
    {
        if ($this->state === null) {
            $row = $this->read();
            if ($row === null || (int) $row['version'] < self::VERSION) {
                $this->install();
                $row = $this->read();
            }
            $this->state = ['instance' => (string) ($row['instance_id'] ?? ''), 'seq' => (int) ($row['seq'] ?? 0)];
        }
        return $this->state;
    }

    public function install(): void
    {
        $state = self::table('state');
        $this->db->run("CREATE TABLE IF NOT EXISTS $state (
            id TINYINT UNSIGNED NOT NULL PRIMARY KEY, version SMALLINT UNSIGNED NOT NULL,
            instance_id CHAR(36) CHARACTER SET ascii NOT NULL, seq BIGINT UNSIGNED NOT NULL DEFAULT 0
        ) ENGINE=InnoDB");
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table('outbox') . ' (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, seq BIGINT UNSIGNED NOT NULL,
            deleted TINYINT UNSIGNED NOT NULL DEFAULT 0, dept_id INT UNSIGNED NOT NULL DEFAULT 0, UNIQUE KEY seq (seq)
        ) ENGINE=InnoDB');
        $ticket = self::table('ticket');
        $this->db->run("CREATE TABLE IF NOT EXISTS $ticket (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, detail MEDIUMTEXT, cycles MEDIUMTEXT
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8");
        // Up to version 2 the texts were ASCII: a Cyrillic letter took six bytes, and seven on the way there.
        $this->db->run("ALTER TABLE $ticket MODIFY detail MEDIUMTEXT CHARACTER SET utf8, MODIFY cycles MEDIUMTEXT CHARACTER SET utf8");
        // The status at events of the log that osTicket records without it.
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table('status') . ' (
            event_id INT UNSIGNED NOT NULL PRIMARY KEY, status_id INT UNSIGNED NOT NULL
        ) ENGINE=InnoDB');
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table('made') . ' (
            what VARCHAR(80) CHARACTER SET ascii NOT NULL PRIMARY KEY, object_id INT UNSIGNED NOT NULL
        ) ENGINE=InnoDB');
        $this->db->run(
            "INSERT INTO $state (id, version, instance_id) VALUES (1, ?, ?) ON DUPLICATE KEY UPDATE version = ?",
            self::VERSION,
            self::uuid(),
            self::VERSION
        );
    }

    /** @return ?array<string, ?string> */
    private function read(): ?array
    {
        try {
            return $this->db->row('SELECT version, instance_id, seq FROM ' . self::table('state') . ' WHERE id = 1');
        } catch (\mysqli_sql_exception $error) {
            if ($error->getCode() === Db::NO_SUCH_TABLE) {
                return null;
            }
            throw $error;
        }
    }

    private static function uuid(): string
    {
        $hex = bin2hex(random_bytes(16));
        $hex[12] = '4';
        $hex[16] = '89ab'[hexdec($hex[16]) & 3];
        return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split($hex, 4));
    }
}
