<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Schema;
use SlaBridge\Tickets\FieldValue;

/** The tickets that agents took out of the figures, by what the plugin wrote down of their inputs. */
final class Exclusions
{
    public const FIELD = 'sla_set_excluded';

    /** @var array<int, string> ticket => why */
    public readonly array $reasons;
    /** @var array<int, int> ticket => the latest row about it */
    private array $rows = [];

    public function __construct(private readonly Db $db)
    {
        $field = array_column((new OwnFields($db))->all(), null, 'name')[self::FIELD] ?? null;
        $found = $field === null ? [] : $db->rows('SELECT ticket_id, MAX(IF(at_creation, 0, id)) AS row FROM ' . Schema::table('input')
            . ' WHERE field_id = ? GROUP BY ticket_id', $field['id']);
        $this->rows = array_map('intval', array_column($found, 'row', 'ticket_id'));
        $this->reasons = $field === null || !$this->rows ? [] : $this->standing($field['id'], $field['type']);
    }

    /** @return array<int, string> */
    private function standing(int $field, string $type): array
    {
        $reasons = [];
        foreach (array_chunk(array_keys($this->rows), 1000) as $tickets) {
            $values = $this->db->rows('SELECT e.object_id, v.value FROM ' . FORM_ENTRY_TABLE . ' e JOIN ' . FORM_ANSWER_TABLE . " v
                ON v.entry_id = e.id AND v.field_id = ? WHERE e.object_type = 'T' AND e.object_id IN (?) ORDER BY e.id", $field, $tickets);
            foreach ($values as $row) {
                $reasons[(int) $row['object_id']] = trim((string) FieldValue::decode($type, $row['value']));
            }
        }
        return array_filter($reasons, static fn (string $reason): bool => $reason !== '');
    }

    /**
     * @param list<int> $tickets
     * @return list<array{ticket: int, number: string, reason: string, by: ?string}> in the order of their ids
     */
    public function told(array $tickets, ?int $limit): array
    {
        sort($tickets);
        $told = [];
        foreach (array_chunk(array_slice($tickets, 0, $limit), 1000) as $portion) {
            $numbers = array_column(
                $this->db->rows('SELECT ticket_id, number FROM ' . TICKET_TABLE . ' WHERE ticket_id IN (?)', $portion),
                'number',
                'ticket_id'
            );
            $by = $this->by($portion);
            foreach ($portion as $ticket) {
                $told[] = ['ticket' => $ticket, 'number' => (string) ($numbers[$ticket] ?? ''), 'reason' => $this->reasons[$ticket],
                    'by' => $by[$ticket] ?? null];
            }
        }
        return $told;
    }

    /** @param list<int> $tickets @return array<int, ?string> who took them out; null where nobody knows */
    private function by(array $tickets): array
    {
        $rows = array_intersect_key($this->rows, array_flip($tickets));
        $names = !$rows ? [] : array_column($this->db->rows(
            "SELECT i.id, TRIM(CONCAT_WS(' ', s.firstname, s.lastname)) AS name FROM "
            . Schema::table('input') . ' i JOIN ' . STAFF_TABLE . " s ON s.staff_id = i.uid AND i.uid_type = 'S' WHERE i.id IN (?)",
            array_values($rows)
        ), 'name', 'id');
        return array_map(static fn (int $row): ?string => ($names[$row] ?? '') ?: null, $rows);
    }
}
