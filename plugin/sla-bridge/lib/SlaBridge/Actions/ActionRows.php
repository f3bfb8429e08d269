<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;
use SlaBridge\Instant;
use SlaBridge\Schema;

/** The rows of intents: one a ticket and key, kept as long as the ticket, and for good where a letter belongs to none. */
final class ActionRows
{
    /** A letter that somebody sent to himself to look at: it counts, and is nobody's intent. */
    public const TEST = 'test';
    /** Stands in the place of a ticket's id at letters that belong to none: osTicket's own begin at 1. */
    public const NO_TICKET = 0;
    private const COLUMNS = 'a.id, a.ticket_id, a.akey, a.action, a.kind, a.params, a.state, a.reason, a.rev, a.not_before,
        a.not_after, a.created, a.changed, a.message_id';
    /** What ran, or may have run. */
    private const RAN = [Outcome::DONE, Outcome::SENDING, Outcome::UNKNOWN];

    public function __construct(private readonly Db $db)
    {
    }

    public static function create(Db $db): void
    {
        $db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, ticket_id INT UNSIGNED NOT NULL,
            akey VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            action VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
            params MEDIUMTEXT NOT NULL, state VARCHAR(16) CHARACTER SET ascii NOT NULL,
            reason VARCHAR(64) CHARACTER SET ascii NOT NULL DEFAULT \'\', rev CHAR(32) CHARACTER SET ascii NOT NULL,
            not_before BIGINT NOT NULL, not_after BIGINT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL,
            message_id VARCHAR(255) CHARACTER SET ascii NULL, entry_id INT UNSIGNED NULL,
            UNIQUE KEY ticket_key (ticket_id, akey), KEY due (state, id), KEY day (changed)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8');
    }

    /** @param list<int> $tickets */
    public static function drop(Db $db, array $tickets): void
    {
        $db->run('DELETE FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets);
    }

    /**
     * What snapshots tell of them.
     *
     * @param list<int> $tickets
     * @return array<int, list<array{key: string, state: string, at: ?string}>> by ticket, the oldest first
     */
    public static function told(Db $db, array $tickets): array
    {
        $told = [];
        $result = $db->run('SELECT ticket_id, akey, state, changed FROM ' . self::table()
            . ' WHERE ticket_id IN (?) AND kind <> ? ORDER BY id', $tickets, self::TEST);
        while ($row = $result->fetch_assoc()) {
            $told[(int) $row['ticket_id']][] =
                ['key' => $row['akey'], 'state' => $row['state'], 'at' => Instant::fromUnix($row['changed'])];
        }
        return $told;
    }

    /**
     * The states of those that stand already.
     *
     * @param list<int> $tickets
     * @return array<int, array<string, string>> ticket => key => state
     */
    public function standing(array $tickets): array
    {
        $standing = [];
        foreach ($this->db->rows('SELECT ticket_id, akey, state FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets) as $row) {
            $standing[(int) $row['ticket_id']][(string) $row['akey']] = (string) $row['state'];
        }
        return $standing;
    }

    public function add(int $ticket, string $rev, Offer $offer, int $now): Intent
    {
        $this->db->insert('INSERT INTO ' . self::table() . ' (ticket_id, akey, action, kind, params, state, rev, not_before, not_after,
            created, changed)', [[$ticket, $offer->key, $offer->id, $offer->kind, $offer->params, Outcome::ACCEPTED, $rev,
            $offer->notBefore, $offer->notAfter, $now, $now]]);
        return new Intent(
            $this->db->lastId(),
            $ticket,
            $offer->key,
            $offer->id,
            $offer->kind,
            (array) json_decode($offer->params, true),
            $rev,
            $offer->notBefore,
            $offer->notAfter,
            Outcome::ACCEPTED
        );
    }

    /** Notes a letter on trial. */
    public function addTest(int $ticket, string $messageId, string $state, int $now): void
    {
        $this->db->insert('INSERT INTO ' . self::table() . ' (ticket_id, akey, action, kind, params, state, rev, not_before,
            created, changed, message_id)', [[$ticket, 'test:' . bin2hex(random_bytes(8)), self::TEST, self::TEST, '{}', $state, '', $now,
            $now, $now, $messageId]]);
    }

    public function find(int $ticket, string $key): ?Intent
    {
        $row = $this->db->row('SELECT ' . self::COLUMNS . ' FROM ' . self::table() . ' a WHERE a.ticket_id = ? AND a.akey = ?
            AND a.kind <> ?', $ticket, $key, self::TEST);
        return $row ? self::intent($row) : null;
    }

    /** Under a lock, so that nobody else runs or settles it meanwhile. */
    public function stateOf(int $row): ?string
    {
        return $this->db->value('SELECT state FROM ' . self::table() . ' WHERE id = ? FOR UPDATE', $row);
    }

    /**
     * What waits to be run, state after state, each in the order of their coming.
     *
     * @param list<string> $states
     * @param ?list<int> $departments
     * @return list<Intent>
     */
    public function due(array $states, ?array $departments, int $now, int $limit): array
    {
        $rows = [];
        foreach ($states as $state) {
            array_push($rows, ...$this->db->rows('SELECT ' . self::COLUMNS . ' FROM ' . self::table() . ' a ' . $this->seenBy($departments)
                . ' WHERE a.state = ? AND a.not_before <= ? ORDER BY a.id LIMIT ' . $limit, $state, $now));
        }
        return array_map(self::intent(...), $rows);
    }

    /** @param ?list<int> $departments */
    public function countDue(?array $departments, int $now): int
    {
        return (int) $this->db->value('SELECT COUNT(*) FROM ' . self::table() . ' a ' . $this->seenBy($departments)
            . ' WHERE a.state IN (?) AND a.not_before <= ?', [Outcome::ACCEPTED, Outcome::HELD], $now);
    }

    /**
     * @param list<string> $states
     * @param ?list<int> $departments
     * @return array<string, int> how many are in each of the states
     */
    public function counted(array $states, ?array $departments): array
    {
        $rows = $this->db->rows('SELECT a.state, COUNT(*) AS n FROM ' . self::table() . ' a ' . $this->seenBy($departments)
            . ' WHERE a.state IN (?) AND a.kind <> ? GROUP BY a.state', $states, self::TEST);
        return array_replace(array_fill_keys($states, 0), array_map('intval', array_column($rows, 'n', 'state')));
    }

    /**
     * @param list<string> $states
     * @param ?list<int> $departments
     * @return list<array{row: int, ticket: ?int, number: string, key: string, id: string, kind: string, state: string, reason: string,
     *     at: int, changed: int}> without a ticket and a number where a letter belongs to none
     */
    public function listed(array $states, ?array $departments, int $after, int $limit): array
    {
        $rows = $this->db->rows('SELECT ' . self::COLUMNS . ', t.number FROM ' . self::table() . ' a LEFT JOIN ' . TICKET_TABLE
            . ' t ON t.ticket_id = a.ticket_id WHERE a.state IN (?) AND a.kind <> ? AND a.id > ? AND '
            . ($departments === null
                ? '(t.ticket_id IS NOT NULL OR a.ticket_id = ' . self::NO_TICKET . ')'
                : 't.dept_id IN (' . $this->db->quote($departments) . ')')
            . ' ORDER BY a.id LIMIT ?', $states, self::TEST, $after, $limit);
        return array_map(static fn (array $row): array => [
            'row' => (int) $row['id'], 'ticket' => (int) $row['ticket_id'] ?: null, 'number' => (string) $row['number'],
            'key' => (string) $row['akey'], 'id' => (string) $row['action'], 'kind' => (string) $row['kind'],
            'state' => (string) $row['state'], 'reason' => (string) $row['reason'],
            'at' => (int) $row['not_before'], 'changed' => (int) $row['changed'],
        ], $rows);
    }

    public function mark(int $row, Outcome $outcome, int $now): void
    {
        $this->db->run(
            'UPDATE ' . self::table() . ' SET state = ?, reason = ?, changed = ? WHERE id = ? AND NOT (state = ? AND reason = ?)',
            $outcome->state,
            $outcome->reason,
            $now,
            $row,
            $outcome->state,
            $outcome->reason
        );
    }

    public function markSending(int $row, string $messageId, ?int $entry, int $now): void
    {
        $this->db->run(
            'UPDATE ' . self::table() . " SET state = ?, reason = '', changed = ?, message_id = ?, entry_id = ? WHERE id = ?",
            Outcome::SENDING,
            $now,
            $messageId,
            $entry,
            $row
        );
    }

    /** What the mail server made of a letter, unless somebody has given it up meanwhile. */
    public function markSent(int $row, Outcome $outcome, int $now): void
    {
        $this->db->run(
            'UPDATE ' . self::table() . ' SET state = ?, reason = ?, changed = ? WHERE id = ? AND state IN (?)',
            $outcome->state,
            $outcome->reason,
            $now,
            $row,
            [Outcome::SENDING, Outcome::UNKNOWN]
        );
    }

    /** Letters that were to go out before then, and of which nobody has said since whether they did. @return list<int> rows */
    public function sendingSince(int $before): array
    {
        return $this->db->ids('SELECT id FROM ' . self::table() . ' WHERE state = ? AND changed < ?', Outcome::SENDING, $before);
    }

    public function giveUp(int $row, int $now): void
    {
        $this->db->run(
            'UPDATE ' . self::table() . ' SET state = ?, reason = ?, changed = ? WHERE id = ? AND state = ?',
            Outcome::UNKNOWN,
            'mail_fate',
            $now,
            $row,
            Outcome::SENDING
        );
    }

    /** What waits and belongs to no ticket is dropped, but for these keys. @param list<string> $keys */
    public function withdraw(array $keys): void
    {
        $this->db->run(
            'DELETE FROM ' . self::table() . ' WHERE ticket_id = ? AND state IN (?)' . ($keys ? ' AND akey NOT IN (?)' : ''),
            self::NO_TICKET,
            [Outcome::ACCEPTED, Outcome::HELD],
            ...($keys ? [$keys] : [])
        );
    }

    public function delete(int $row): void
    {
        $this->db->run('DELETE FROM ' . self::table() . ' WHERE id = ?', $row);
    }

    /** How many ran since then, for all tickets or for one. */
    public function ranSince(int $since, ?int $ticket = null): int
    {
        return (int) ($ticket === null
            ? $this->db->value('SELECT COUNT(*) FROM ' . self::table() . ' WHERE changed >= ? AND state IN (?)', $since, self::RAN)
            : $this->db->value('SELECT COUNT(*) FROM ' . self::table() . ' WHERE ticket_id = ? AND changed >= ? AND state IN (?)
                AND kind <> ?', $ticket, $since, self::RAN, self::TEST));
    }

    /** @param ?list<int> $departments */
    private function seenBy(?array $departments): string
    {
        return $departments === null ? '' : 'JOIN ' . TICKET_TABLE . ' t ON t.ticket_id = a.ticket_id AND t.dept_id IN ('
            . $this->db->quote($departments) . ')';
    }

    /** @param array<string, ?string> $row */
    private static function intent(array $row): Intent
    {
        return new Intent(
            (int) $row['id'],
            (int) $row['ticket_id'],
            (string) $row['akey'],
            (string) $row['action'],
            (string) $row['kind'],
            (array) json_decode((string) $row['params'], true),
            (string) $row['rev'],
            (int) $row['not_before'],
            $row['not_after'] === null ? null : (int) $row['not_after'],
            (string) $row['state'],
            $row['message_id']
        );
    }

    private static function table(): string
    {
        return Schema::table('action');
    }
}
