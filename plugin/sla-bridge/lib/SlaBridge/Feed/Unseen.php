<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Feed;

use SlaBridge\Db;
use SlaBridge\Schema;
use SlaBridge\Tickets\Catalog;

/**
 * Finds what no signal told: changes made while the plugin was off, by raw SQL, or in a process that died before its end.
 * Log, messages and tickets are numbered upwards; whatever lies beyond the highest numbers that were looked at names the
 * tickets in question, and a place in the feed says up to which numbers it tells a ticket. In rest that costs one look at the
 * ends of three indexes.
 */
final class Unseen
{
    /** For so long a deleted ticket is told; a cursor from before is answered with 410. */
    public const TOMBSTONE_SECONDS = 90 * 86400;

    public function __construct(
        private readonly Db $db,
        private readonly Schema $schema,
        private readonly Outbox $outbox,
        private readonly Catalog $catalog
    ) {
    }

    public function intoFeed(): void
    {
        $seen = $this->schema->state()['seen'];
        if (Schema::highest($this->db) !== $seen) {
            $this->db->transaction($this->catchUp(...));
            $this->schema->forget();
        }
    }

    private function catchUp(): void
    {
        // Nobody else catches up meanwhile, and nobody takes numbers of the feed.
        $this->db->run('SELECT seq FROM ' . Schema::table('state') . ' WHERE id = 1 FOR UPDATE');
        $this->schema->forget();
        $seen = $this->schema->state()['seen'];
        $now = Schema::highest($this->db);
        $changed = [...$this->byLog($seen, $now), ...$this->byMessages($seen, $now), ...$this->newOnes($seen, $now)];
        $this->outbox->put($changed, $this->deletedUnseen($seen, $now));
        $this->db->run('UPDATE ' . Schema::table('seen') . ' SET event_id = ?, entry_id = ?, ticket_id = ? WHERE id = 1', ...$now);
        $this->outbox->purge(self::TOMBSTONE_SECONDS);
    }

    /** @return list<int> */
    private function byLog(array $seen, array $now): array
    {
        return $this->db->ids('SELECT DISTINCT h.object_id FROM ' . THREAD_EVENT_TABLE . ' e JOIN ' . THREAD_TABLE . " h
            ON h.id = e.thread_id AND h.object_type IN ('T', 'C') JOIN " . TICKET_TABLE . ' t ON t.ticket_id = h.object_id
            JOIN ' . EVENT_TABLE . ' n ON n.id = e.event_id
            LEFT JOIN ' . Schema::table('outbox') . " o ON o.ticket_id = h.object_id
            WHERE e.id > ? AND e.id <= ? AND e.id > COALESCE(o.event_id, 0)
                AND (e.uid_type <> 'S' OR COALESCE(e.uid, 0) <> ? OR " . $this->isChange() . ')', $seen[0], $now[0], $this->service());
    }

    /** Whether an event of the service agent's own is one of a status, department, priority or assignee. */
    private function isChange(): string
    {
        $edits = ['{"status":%'];
        foreach ($this->catalog->fields as $field) {
            if ($field['type'] === 'priority') {
                $edits[] = '%"fields":{%"' . $field['id'] . '":%';
            }
        }
        $likes = array_map(fn (string $pattern): string => 'e.data LIKE ' . $this->db->quote($pattern), $edits);
        return "n.name IN ('closed', 'reopened', 'assigned', 'released', 'transferred') OR (n.name = 'edited' AND ("
            . implode(' OR ', $likes) . '))';
    }

    /** @return list<int> */
    private function byMessages(array $seen, array $now): array
    {
        return $this->db->ids('SELECT DISTINCT h.object_id FROM ' . THREAD_ENTRY_TABLE . ' e JOIN ' . THREAD_TABLE . " h
            ON h.id = e.thread_id AND h.object_type IN ('T', 'C') JOIN " . TICKET_TABLE . ' t ON t.ticket_id = h.object_id
            LEFT JOIN ' . Schema::table('outbox') . ' o ON o.ticket_id = h.object_id
            WHERE e.id > ? AND e.id <= ? AND e.id > COALESCE(o.entry_id, 0) AND e.staff_id <> ?', $seen[1], $now[1], $this->service());
    }

    /** @return list<int> */
    private function newOnes(array $seen, array $now): array
    {
        return $this->db->ids('SELECT t.ticket_id FROM ' . TICKET_TABLE . ' t LEFT JOIN ' . Schema::table('outbox') . ' o
            ON o.ticket_id = t.ticket_id WHERE t.ticket_id > ? AND t.ticket_id <= ? AND o.ticket_id IS NULL', $seen[2], $now[2]);
    }

    /**
     * A deleted ticket leaves one line in the log that does not name it: then those that the feed or the bridge knew are counted
     * through.
     *
     * @return array<int, int> ticket => department, which nobody knows any more
     */
    private function deletedUnseen(array $seen, array $now): array
    {
        $any = $this->db->value('SELECT 1 FROM ' . THREAD_EVENT_TABLE . ' e JOIN ' . EVENT_TABLE . " n ON n.id = e.event_id
            AND n.name = 'deleted' WHERE e.id > ? AND e.id <= ? LIMIT 1", $seen[0], $now[0]);
        if ($any === null) {
            return [];
        }
        $this->db->run('DELETE w FROM ' . Schema::table('event') . ' w LEFT JOIN ' . THREAD_EVENT_TABLE . ' e ON e.id = w.event_id
            WHERE e.id IS NULL');
        $gone = $this->db->ids('SELECT k.ticket_id FROM (SELECT ticket_id FROM ' . Schema::table('outbox') . ' WHERE deleted = 0
                UNION SELECT ticket_id FROM ' . Schema::table('ticket') . ' UNION SELECT ticket_id FROM ' . Schema::table('clock') . ') k
            LEFT JOIN ' . TICKET_TABLE . ' t ON t.ticket_id = k.ticket_id
            LEFT JOIN ' . Schema::table('gone') . ' g ON g.ticket_id = k.ticket_id
            WHERE t.ticket_id IS NULL AND g.ticket_id IS NULL');
        if ($gone) {
            Schema::drop($this->db, $gone);
        }
        return array_fill_keys($gone, 0);
    }

    private function service(): int
    {
        return $this->catalog->serviceAgent() ?? -1;
    }
}
