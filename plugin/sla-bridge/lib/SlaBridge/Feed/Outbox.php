<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Feed;

use SlaBridge\ApiError;
use SlaBridge\Db;
use SlaBridge\Schema;

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
            // Whoever reads the ticket from now on sees all that was logged and written up to here.
            [$event, $entry] = Schema::highest($this->db);
            $rows = [];
            foreach ($changed as $id) {
                $rows[] = [$id, ++$seq, 0, 0, $event, $entry];
            }
            foreach ($deleted as $id => $department) {
                $rows[] = [$id, ++$seq, 1, $department, $event, $entry];
            }
            $this->db->insert(
                'INSERT INTO ' . Schema::table('outbox') . ' (ticket_id, seq, deleted, dept_id, event_id, entry_id)',
                $rows,
                // A deleted ticket never comes back under its id: a late signal must not revive it.
                'ON DUPLICATE KEY UPDATE seq = VALUES(seq), deleted = GREATEST(deleted, VALUES(deleted)), dept_id = VALUES(dept_id),
                    event_id = VALUES(event_id), entry_id = VALUES(entry_id)'
            );
            if ($deleted) {
                $now = (int) $this->db->value('SELECT UNIX_TIMESTAMP()');
                $this->db->insert(
                    'INSERT IGNORE INTO ' . Schema::table('gone') . ' (ticket_id, at)',
                    array_map(static fn (int $id): array => [$id, $now], array_keys($deleted))
                );
            }
        });
        $this->schema->forget();
    }

    /** Drops tombstones that are older; cursors from before them are answered with 410 from now on. */
    public function purge(int $olderThanSeconds): void
    {
        $old = $this->db->ids('SELECT ticket_id FROM ' . Schema::table('gone') . ' WHERE at < UNIX_TIMESTAMP() - ?', $olderThanSeconds);
        if ($old) {
            $outbox = Schema::table('outbox');
            $last = (int) $this->db->value("SELECT MAX(seq) FROM $outbox WHERE ticket_id IN (?) AND deleted = 1", $old);
            $this->db->run('UPDATE ' . Schema::table('seen') . ' SET floor = GREATEST(floor, ?) WHERE id = 1', $last);
            $this->db->run("DELETE FROM $outbox WHERE ticket_id IN (?) AND deleted = 1", $old);
            $this->db->run('DELETE FROM ' . Schema::table('gone') . ' WHERE ticket_id IN (?)', $old);
            $this->schema->forget();
        }
    }

    /**
     * @return array{rows: list<array{id: int, seq: int, deleted: bool, department: int}>, next: int, head: int, more: bool}
     */
    public function after(?string $cursor, int $limit): array
    {
        ['instance' => $instance, 'seq' => $head, 'floor' => $floor] = $this->schema->state();
        $after = $cursor === null ? $floor : Cursor::decode($cursor, $instance);
        if ($after === null || $after > $head || $after < $floor) {
            throw new ApiError(410, 'cursor_gone', 'the feed does not reach this cursor', 'Read all tickets once and begin anew.');
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
