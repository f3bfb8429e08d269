<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Db;
use SlaBridge\Schema;

/** In which replies which phrase stood: a row for each of the two, kept as long as the ticket, and for a year at most. */
final class WordingRows
{
    public const KEPT_DAYS = 366;
    private const EXCERPT = 300;
    private const AGENT = "COALESCE(NULLIF(TRIM(CONCAT(s.firstname, ' ', s.lastname)), ''), s.username, '')";

    public function __construct(private readonly Db $db)
    {
    }

    public static function create(Db $db): void
    {
        $db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, entry_id INT UNSIGNED NOT NULL, ticket_id INT UNSIGNED NOT NULL,
            dept_id INT UNSIGNED NOT NULL, staff_id INT UNSIGNED NOT NULL, phrase VARCHAR(100) NOT NULL,
            excerpt VARCHAR(' . self::EXCERPT . ') NOT NULL, at BIGINT NOT NULL,
            UNIQUE KEY entry_phrase (entry_id, phrase), KEY ticket (ticket_id), KEY at (at)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8');
    }

    /** @param list<int> $tickets */
    public static function drop(Db $db, array $tickets): void
    {
        $db->run('DELETE FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets);
    }

    /** Text as osTicket's connection can carry it, which knows three-byte UTF-8 only. */
    public static function storable(string $text): string
    {
        return (string) preg_replace('/[\x{10000}-\x{10FFFF}]/u', "\u{FFFD}", mb_scrub($text, 'UTF-8'));
    }

    /**
     * @param list<array{entry: int, before: int, ticket: int, department: int, agent: int, phrase: string, excerpt: string, at: int}>
     *     $hits `before`: the entry that this one is a corrected edition of, or 0; what was noted of that one is noted
     */
    public function add(array $hits): void
    {
        foreach ($hits as $hit) {
            $this->db->run(
                'INSERT IGNORE INTO ' . self::table() . ' (entry_id, ticket_id, dept_id, staff_id, phrase, excerpt, at)
                    SELECT ?, ?, ?, ?, ?, ?, ? FROM DUAL WHERE NOT EXISTS (
                        SELECT 1 FROM ' . self::table() . ' o WHERE o.entry_id = ? AND o.phrase = ?)',
                $hit['entry'],
                $hit['ticket'],
                $hit['department'],
                $hit['agent'],
                $hit['phrase'],
                mb_substr(self::storable($hit['excerpt']), 0, self::EXCERPT, 'UTF-8'),
                $hit['at'],
                $hit['before'],
                $hit['phrase']
            );
        }
    }

    /** Forgets what is older than a year. */
    public function purge(int $now): void
    {
        $this->db->run('DELETE FROM ' . self::table() . ' WHERE at < ? LIMIT 1000', $now - self::KEPT_DAYS * 86400);
    }

    /**
     * The newest first.
     *
     * @param ?list<int> $departments null: all
     * @return list<array{at: int, ticket: int, number: string, department: string, agent: string, phrase: string, excerpt: string}>
     */
    public function listed(int $from, int $until, ?array $departments, int $limit): array
    {
        $rows = $this->db->rows('SELECT w.at, w.ticket_id, t.number, d.name AS department, ' . self::AGENT . ' AS agent, w.phrase,
            w.excerpt' . $this->seen($departments) . ' ORDER BY w.at DESC, w.id DESC LIMIT ' . $limit, $from, $until);
        return array_map(static fn (array $row): array => [
            'at' => (int) $row['at'], 'ticket' => (int) $row['ticket_id'], 'number' => (string) $row['number'],
            'department' => (string) $row['department'], 'agent' => (string) $row['agent'],
            'phrase' => (string) $row['phrase'], 'excerpt' => (string) $row['excerpt'],
        ], $rows);
    }

    /**
     * How often each phrase was written.
     *
     * @param ?list<int> $departments
     * @return list<array{name: string, count: int}> most often first
     */
    public function byPhrase(int $from, int $until, ?array $departments): array
    {
        return $this->counted('w.phrase', 'w.phrase', $from, $until, $departments);
    }

    /**
     * How many each agent wrote.
     *
     * @param ?list<int> $departments
     * @return list<array{name: string, count: int}> most of them first
     */
    public function byAgent(int $from, int $until, ?array $departments): array
    {
        return $this->counted('w.staff_id', 'MAX(' . self::AGENT . ')', $from, $until, $departments);
    }

    /** @param ?list<int> $departments @return list<array{name: string, count: int}> */
    private function counted(string $by, string $name, int $from, int $until, ?array $departments): array
    {
        $rows = $this->db->rows("SELECT $name AS name, COUNT(*) AS times" . $this->seen($departments)
            . " GROUP BY $by ORDER BY times DESC, name", $from, $until);
        return array_map(static fn (array $row): array => ['name' => (string) $row['name'], 'count' => (int) $row['times']], $rows);
    }

    /**
     * Of a ticket that has moved on, only those see it who see both the department it is in and the one it was answered in.
     *
     * @param ?list<int> $departments
     */
    private function seen(?array $departments): string
    {
        $list = $departments === null ? '' : $this->db->quote($departments);
        $theirs = $departments === null ? '' : " AND t.dept_id IN ($list) AND w.dept_id IN ($list)";
        return ' FROM ' . self::table() . ' w JOIN ' . TICKET_TABLE . ' t ON t.ticket_id = w.ticket_id
            LEFT JOIN ' . STAFF_TABLE . ' s ON s.staff_id = w.staff_id LEFT JOIN ' . DEPT_TABLE . " d ON d.id = w.dept_id
            WHERE w.at >= ? AND w.at < ?$theirs";
    }

    private static function table(): string
    {
        return Schema::table('wording');
    }
}
