<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Db;
use SlaBridge\Schema;

/**
 * Who set an agents' input, written down when it happens: osTicket's own log cuts an event at 1,024 characters, and a tick
 * that was saved together with a long text is unreadable there.
 *
 * A row bears what `thread_event` would say of it (`uid`, `uid_type`), the stored values, and the osTicket event that tells
 * the same, once that is logged. `at_creation` rows tell what a ticket began with; one of field 0 says that they are complete.
 */
final class InputLog
{
    public const CUT_AT = 1024;
    /** What osTicket keeps of a field that holds nothing, by its type. */
    private const EMPTY = [null, '', '0', '[]'];

    /** @var list<int> rows of this request that no event of osTicket's belongs to yet */
    private array $rows = [];

    public function __construct(private readonly Db $db)
    {
    }

    /** An agents' input of a ticket now holds another value. @param ?bool $atCreation null: the ticket is there already */
    public function changed(int $ticket, int $field, ?string $before, ?string $after, ?bool $atCreation): void
    {
        [$before, $after] = array_map(static fn (?string $v): ?string => in_array($v, self::EMPTY, true) ? null : $v, [$before, $after]);
        if ($before === $after || $atCreation === false) {
            // What a customer's request brought along while his ticket was made, the guards take out again.
            return;
        }
        [$uid, $type] = $this->who();
        $this->insert($ticket, $field, $uid, $type, $before, $after, $atCreation === true);
        if (!$atCreation) {
            $this->rows[] = $this->db->lastId();
        }
    }

    /** From here on nothing that is not written down can have been this ticket's beginning. */
    public function began(int $ticket): void
    {
        $this->insert($ticket, 0, 0, '', null, null, true);
    }

    /** Keeps whole what osTicket cuts, and pairs the event with the rows that tell the same. */
    public function event(int $event, string $data): void
    {
        if (mb_strlen($data) > self::CUT_AT) {
            $this->db->run('INSERT IGNORE INTO ' . Schema::table('event') . ' (event_id, data) VALUES (?, ?)', $event, $data);
        }
        if ($this->rows) {
            $this->db->run(
                'UPDATE ' . Schema::table('input') . ' i JOIN ' . THREAD_EVENT_TABLE . ' e ON e.id = ?
                JOIN ' . EVENT_TABLE . " n ON n.id = e.event_id AND n.name = 'edited'
                JOIN " . THREAD_TABLE . " h ON h.id = e.thread_id AND h.object_type IN ('T', 'C') AND h.object_id = i.ticket_id
                SET i.event_id = e.id WHERE i.id IN (?) AND i.event_id IS NULL",
                $event,
                $this->rows
            );
        }
    }

    /** @param list<int> $tickets */
    public static function drop(Db $db, array $tickets): void
    {
        $db->run('DELETE FROM ' . Schema::table('input') . ' WHERE ticket_id IN (?)', $tickets);
    }

    /**
     * @param list<int> $tickets
     * @return array<int, list<array<string, mixed>>> by ticket, as `History` takes them
     */
    public static function of(Db $db, array $tickets): array
    {
        $rows = [];
        $result = $db->run('SELECT id, ticket_id, field_id, uid, uid_type, at, before_value, after_value, event_id, at_creation
            FROM ' . Schema::table('input') . ' WHERE ticket_id IN (?) ORDER BY id', $tickets);
        while ($row = $result->fetch_assoc()) {
            $rows[(int) $row['ticket_id']][] = [
                'id' => (int) $row['id'], 'field' => (int) $row['field_id'], 'uid' => $row['uid'], 'uid_type' => $row['uid_type'],
                'at' => (int) $row['at'], 'before' => $row['before_value'], 'after' => $row['after_value'],
                'event' => (int) $row['event_id'], 'at_creation' => (bool) $row['at_creation'],
            ];
        }
        return $rows;
    }

    /** @param int $uid 0 with the type 'S': nobody */
    private function insert(int $ticket, int $field, int $uid, string $type, ?string $before, ?string $after, bool $first): void
    {
        $this->db->run(
            'INSERT INTO ' . Schema::table('input') . ' (ticket_id, field_id, uid, uid_type, at, before_value, after_value, at_creation)
                VALUES (?, ?, ?, ?, UNIX_TIMESTAMP(), ?, ?, ?)',
            $ticket,
            $field,
            $uid,
            $type,
            $before,
            $after,
            $first
        );
    }

    /** @return array{0: int, 1: string} as osTicket's log has it; nobody is (0, 'S') */
    private function who(): array
    {
        global $thisstaff, $thisclient;
        // An agent's page fetches customers' mail in passing: that is not his doing.
        $aside = basename((string) ($_SERVER['SCRIPT_NAME'] ?? '')) === 'autocron.php';
        if (!$aside && $thisstaff instanceof \Staff) {
            return [(int) $thisstaff->getId(), 'S'];
        }
        return is_object($thisclient) ? [(int) $thisclient->getId(), 'U'] : [0, 'S'];
    }
}
