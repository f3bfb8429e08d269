<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\Schema;

/**
 * What a report needs of every ticket and what else stands only in its detail or in osTicket's wide tables: whose it is, and
 * what its support verdict is. It follows from them, and is written together with them.
 */
final class Reported
{
    public const SUPPORT = 'sla_support';
    public const UNKNOWN = 'unknown';
    private const COLUMNS = ['customer', 'customer_name', 'support'];

    public function __construct(private readonly Db $db)
    {
    }

    public static function table(): string
    {
        return Schema::table('reported');
    }

    public function create(): void
    {
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . " (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, customer VARCHAR(190) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
            customer_name VARCHAR(190) CHARACTER SET utf8 COLLATE utf8_bin NOT NULL,
            support VARCHAR(20) CHARACTER SET ascii NOT NULL, KEY support (support)
        ) ENGINE=InnoDB");
    }

    /**
     * @param array<mixed> $customer that of a detail
     * @return array{customer: string, customer_name: string, support: string}
     */
    public static function row(array $customer, ?string $support): array
    {
        return ['customer' => CycleRow::text($customer['id'] ?? null), 'customer_name' => CycleRow::text($customer['name'] ?? null),
            'support' => preg_match('/^[a-z_]{1,20}$/D', (string) $support) ? (string) $support : ''];
    }

    /** @param list<int> $tickets @return array<int, array{customer: string, customer_name: string, support: string}> */
    public function of(array $tickets): array
    {
        $rows = [];
        foreach ($this->db->rows('SELECT * FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets) as $row) {
            $rows[(int) $row['ticket_id']] = array_diff_key($row, ['ticket_id' => 1]);
        }
        return $rows;
    }

    /** @param array<int, array{customer: string, customer_name: string, support: string}> $rows by ticket */
    public function store(array $rows): void
    {
        if ($rows) {
            ksort($rows);
            $this->db->insert(
                'INSERT INTO ' . self::table() . ' (ticket_id, ' . implode(', ', self::COLUMNS) . ')',
                array_map(static fn (int $id, array $row): array => [$id, ...array_values($row)], array_keys($rows), $rows),
                'ON DUPLICATE KEY UPDATE ' . implode(', ', array_map(static fn (string $c): string => "$c = VALUES($c)", self::COLUMNS))
            );
        }
    }

    /** @param list<int> $tickets */
    public function remove(array $tickets): void
    {
        if ($tickets) {
            $this->db->run('DELETE FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets);
        }
    }

    public function clear(): void
    {
        $this->db->run('DELETE FROM ' . self::table());
    }
}
