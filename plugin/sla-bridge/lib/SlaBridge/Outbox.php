<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * The change feed: one row a ticket with the sequence number of its latest change. Numbers come from a one-row counter
 * that is locked until the rows are committed, so a lower number can never become visible after a higher one.
 */
final class Outbox
{
    public function __construct(private readonly Db $db, private readonly Schema $schema)
    {
    }

    /**
     * @param list<int> $changed
     * @param array<int, int> $deleted ticket => its last department
     */
    public function put(array $changed, array $deleted): void
    {
        $changed = array_values(array_diff(array_unique($changed), array_keys($deleted)));
        $count = count($changed) + count($deleted);
        if ($count === 0) {
            return;
        }
        sort($changed);
        $this->schema->state();
        $this->db->transaction(function () use ($changed, $deleted, $count): void {
            $state = Schema::table('state');
            $this->db->run("UPDATE $state SET seq = LAST_INSERT_ID(seq + ?) WHERE id = 1", $count);
            $seq = $this->db->lastId() - $count;
            $rows = [];
            foreach ($changed as $id) {
                $rows[] = [$id, ++$seq, 0, 0];
            }
            foreach ($deleted as $id => $department) {
                $rows[] = [$id, ++$seq, 1, $department];
            }
            $this->db->insert(
                'INSERT INTO ' . Schema::table('outbox') . ' (ticket_id, seq, deleted, dept_id)',
                $rows,
                // A deleted ticket never comes back under its id: a late signal must not revive it.
                'ON DUPLICATE KEY UPDATE seq = VALUES(seq), deleted = GREATEST(deleted, VALUES(deleted)), dept_id = VALUES(dept_id)'
            );
        });
    }

    /**
     * @return array{rows: list<array{id: int, seq: int, deleted: bool, department: int}>, next: int, head: int, more: bool}
     */
    public function after(?string $cursor, int $limit): array
    {
        ['instance' => $instance, 'seq' => $head] = $this->schema->state();
        $after = $cursor === null ? 0 : Cursor::decode($cursor, $instance);
        if ($after === null || $after > $head) {
            throw new ApiError(410, 'cursor_gone', 'this cursor is none of this feed', 'Read all tickets once and begin anew.');
        }
        $rows = [];
        if ($after < $head) {
            $found = $this->db->rows('SELECT ticket_id, seq, deleted, dept_id FROM ' . Schema::table('outbox')
                . ' WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?', $after, $head, $limit + 1);
            foreach ($found as $row) {
                $rows[] = ['id' => (int) $row['ticket_id'], 'seq' => (int) $row['seq'],
                    'deleted' => (bool) $row['deleted'], 'department' => (int) $row['dept_id']];
            }
        }
        $more = count($rows) > $limit;
        $rows = array_slice($rows, 0, $limit);
        return ['rows' => $rows, 'next' => $more ? end($rows)['seq'] : $head, 'head' => $head, 'more' => $more];
    }
}
