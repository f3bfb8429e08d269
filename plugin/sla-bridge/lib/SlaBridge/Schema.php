<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

use SlaBridge\Actions\ActionRows;
use SlaBridge\Actions\Acting;
use SlaBridge\Lease\Lease;
use SlaBridge\Letters\MailState;
use SlaBridge\Portal\Ratings;
use SlaBridge\Queues\Clocks;
use SlaBridge\Report\ReportTables;
use SlaBridge\Setup\OwnPlugin;
use SlaBridge\Tickets\InputLog;
use SlaBridge\Tickets\NativeDates;
use SlaBridge\Wording\KnownPhrases;
use SlaBridge\Wording\WordingRows;

/**
 * The plugin's own tables. They carry a version of their own: osTicket calls a plugin's pre_upgrade() on every request
 * (it compares with a misspelt key), which makes that hook useless.
 */
final class Schema
{
    private const VERSION = 9;

    /** @var ?array{instance: string, seq: int, floor: int, seen: list<int>} */
    private ?array $state = null;

    public function __construct(private readonly Db $db)
    {
    }

    public static function table(string $name): string
    {
        return '`' . TABLE_PREFIX . 'sla_bridge_' . $name . '`';
    }

    /**
     * @return array{instance: string, seq: int, floor: int, seen: list<int>} the instance's id, the newest number of the feed, the
     *     one behind which the feed is whole, and the highest numbers of log, messages and tickets that it accounts for
     */
    public function state(): array
    {
        if ($this->state === null) {
            $row = $this->read();
            if ($row === null && OwnPlugin::isOff($this->db)) {
                // Taken away a moment ago, while this request was under way.
                throw new \RuntimeException('the plugin is switched off: it makes no tables');
            }
            if ($row === null || (int) $row['version'] < self::VERSION) {
                $row = $this->installOnce();
            }
            $this->state = [
                'instance' => (string) ($row['instance_id'] ?? ''),
                'seq' => (int) ($row['seq'] ?? 0), 'floor' => (int) ($row['floor'] ?? 0),
                'seen' => [(int) ($row['event_id'] ?? 0), (int) ($row['entry_id'] ?? 0), (int) ($row['ticket_id'] ?? 0)],
            ];
        }
        return $this->state;
    }

    /** Somebody has written: the next one who asks for the state reads it anew. */
    public function forget(): void
    {
        $this->state = null;
    }

    /** The highest numbers of log, messages and tickets: read at the ends of their indexes. @return list<int> */
    public static function highest(Db $db): array
    {
        return array_map('intval', array_values((array) $db->row('SELECT (SELECT MAX(id) FROM ' . THREAD_EVENT_TABLE . ') AS event_id,
            (SELECT MAX(id) FROM ' . THREAD_ENTRY_TABLE . ') AS entry_id,
            (SELECT MAX(ticket_id) FROM ' . TICKET_TABLE . ') AS ticket_id')));
    }

    /** What is kept of tickets that are gone, but for their place in the feed. @param list<int> $tickets */
    public static function drop(Db $db, array $tickets): void
    {
        $db->run('DELETE FROM ' . self::table('ticket') . ' WHERE ticket_id IN (?)', $tickets);
        (new Clocks($db))->remove($tickets);
        (new NativeDates($db))->remove($tickets);
        InputLog::drop($db, $tickets);
        Ratings::drop($db, $tickets);
        ActionRows::drop($db, $tickets);
        MailState::drop($db, $tickets);
        (new ReportTables($db))->remove($tickets);
        WordingRows::drop($db, $tickets);
    }

    /** Makes the tables or carries them over, also while the plugin is not switched on yet. */
    public function prepare(): void
    {
        $row = $this->read();
        if ($row === null || (int) $row['version'] < self::VERSION) {
            $this->installOnce();
        }
    }

    /** Leaves no table of the plugin's. */
    public function uninstall(): void
    {
        $prefix = str_replace('_', '\\_', trim(self::table(''), '`'));
        foreach ($this->db->rows('SHOW TABLES LIKE ?', "$prefix%") as $row) {
            $this->db->run('DROP TABLE IF EXISTS `' . reset($row) . '`');
        }
    }

    /** Many requests may find the new version at once; one of them makes the tables. @return ?array<string, ?string> */
    private function installOnce(): ?array
    {
        $this->db->value("SELECT GET_LOCK('sla_bridge_schema', 60)");
        try {
            $row = $this->read();
            if ($row === null || (int) $row['version'] < self::VERSION) {
                $this->install();
                $row = $this->read();
            }
        } finally {
            $this->db->run("DO RELEASE_LOCK('sla_bridge_schema')");
        }
        return $row;
    }

    private function install(): void
    {
        $state = self::table('state');
        $this->db->run("CREATE TABLE IF NOT EXISTS $state (
            id TINYINT UNSIGNED NOT NULL PRIMARY KEY, version SMALLINT UNSIGNED NOT NULL,
            instance_id CHAR(36) CHARACTER SET ascii NOT NULL, seq BIGINT UNSIGNED NOT NULL DEFAULT 0
        ) ENGINE=InnoDB");
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table('outbox') . ' (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, seq BIGINT UNSIGNED NOT NULL,
            deleted TINYINT UNSIGNED NOT NULL DEFAULT 0, dept_id INT UNSIGNED NOT NULL DEFAULT 0,
            event_id INT UNSIGNED NOT NULL DEFAULT 0, entry_id INT UNSIGNED NOT NULL DEFAULT 0, UNIQUE KEY seq (seq)
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
        (new NativeDates($this->db))->create();
        $this->installFeed();
        (new OwnFields($this->db))->takeOver();
        $this->installQueues();
        $this->installPublished();
        $this->installActions();
        $this->installReports();
        $this->installWording();
        $this->installLease();
        $this->db->run(
            "INSERT INTO $state (id, version, instance_id) VALUES (1, ?, ?) ON DUPLICATE KEY UPDATE version = ?",
            self::VERSION,
            self::uuid(),
            self::VERSION
        );
    }

    /** What version 4 brought: agents' inputs with who set them, whole events, what the feed has seen, when tickets went. */
    private function installFeed(): void
    {
        $outbox = self::table('outbox');
        if (!$this->db->rows("SHOW COLUMNS FROM $outbox LIKE 'entry_id'")) {
            $this->db->run("ALTER TABLE $outbox ADD COLUMN event_id INT UNSIGNED NOT NULL DEFAULT 0,
                ADD COLUMN entry_id INT UNSIGNED NOT NULL DEFAULT 0");
        }
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table('input') . " (
            id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, ticket_id INT UNSIGNED NOT NULL, field_id INT UNSIGNED NOT NULL,
            uid INT UNSIGNED NOT NULL DEFAULT 0, uid_type CHAR(1) CHARACTER SET ascii NOT NULL DEFAULT 'S', at BIGINT NOT NULL,
            before_value TEXT, after_value TEXT, event_id INT UNSIGNED NULL, at_creation TINYINT UNSIGNED NOT NULL DEFAULT 0,
            KEY ticket (ticket_id)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8");
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table('event') . ' (
            event_id INT UNSIGNED NOT NULL PRIMARY KEY, data MEDIUMTEXT NOT NULL
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8');
        $gone = self::table('gone');
        $this->db->run("CREATE TABLE IF NOT EXISTS $gone (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, at BIGINT NOT NULL, KEY at (at)
        ) ENGINE=InnoDB");
        $this->db->run("INSERT IGNORE INTO $gone (ticket_id, at) SELECT ticket_id, UNIX_TIMESTAMP() FROM $outbox WHERE deleted = 1");
        $seen = self::table('seen');
        $this->db->run("CREATE TABLE IF NOT EXISTS $seen (
            id TINYINT UNSIGNED NOT NULL PRIMARY KEY, floor BIGINT UNSIGNED NOT NULL DEFAULT 0, event_id INT UNSIGNED NOT NULL,
            entry_id INT UNSIGNED NOT NULL, ticket_id INT UNSIGNED NOT NULL
        ) ENGINE=InnoDB");
        $this->db->run("INSERT IGNORE INTO $seen (id, event_id, entry_id, ticket_id) VALUES (1, ?, ?, ?)", ...self::highest($this->db));
    }

    /** What version 5 brought: the table by which queues are counted, and when the counters were thrown away. */
    private function installQueues(): void
    {
        $state = self::table('state');
        if (!$this->db->row("SHOW COLUMNS FROM $state LIKE 'counts\\_stale'")) {
            $this->db->run("ALTER TABLE $state ADD COLUMN counts_stale TINYINT UNSIGNED NOT NULL DEFAULT 0,
                ADD COLUMN counts_cleared INT UNSIGNED NOT NULL DEFAULT 0");
        }
        $clocks = new Clocks($this->db);
        $clocks->create();
        $clocks->fill();
    }

    /** What version 6 brought: what the bridge says once for all screens, and when its last pass ended. */
    private function installPublished(): void
    {
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table('published') . ' (
            digest CHAR(71) CHARACTER SET ascii NOT NULL PRIMARY KEY, at BIGINT NOT NULL, reaches BIGINT NULL,
            content MEDIUMTEXT NOT NULL
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8');
        $state = self::table('state');
        if (!$this->db->row("SHOW COLUMNS FROM $state LIKE 'passed'")) {
            $this->db->run("ALTER TABLE $state ADD COLUMN passed BIGINT NULL, ADD COLUMN `every` INT UNSIGNED NULL");
        }
    }

    /** What version 7 brought: what is to be done for tickets, whether mail reaches their customers, and how they rated us. */
    private function installActions(): void
    {
        ActionRows::create($this->db);
        Acting::create($this->db);
        MailState::create($this->db);
        (new Ratings($this->db))->create();
    }

    /** What version 8 brought: the tables that reports are counted from. */
    private function installReports(): void
    {
        $input = self::table('input');
        if (!$this->db->row("SHOW INDEX FROM $input WHERE Key_name = 'field'")) {
            $this->db->run("ALTER TABLE $input ADD KEY field (field_id, ticket_id)");
        }
        $tables = new ReportTables($this->db);
        $tables->create();
        $tables->fill();
    }

    /** What version 8 brought for wording: the phrases to look for, and where they stood. */
    private function installWording(): void
    {
        KnownPhrases::create($this->db);
        WordingRows::create($this->db);
    }

    /** What version 9 brought: who may write alone, and by which policy. */
    private function installLease(): void
    {
        Lease::create($this->db);
    }

    /** @return ?array<string, ?string> */
    private function read(): ?array
    {
        try {
            return $this->db->row('SELECT s.version, s.instance_id, s.seq, w.floor, w.event_id, w.entry_id, w.ticket_id FROM '
                . self::table('state') . ' s LEFT JOIN ' . self::table('seen') . ' w ON w.id = s.id WHERE s.id = 1');
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
