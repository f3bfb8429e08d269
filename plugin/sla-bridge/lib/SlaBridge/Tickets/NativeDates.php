<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Db;
use SlaBridge\Schema;

/**
 * osTicket's own due date, set from the bridge's decision where bridge.yaml says so (`native: {due_date: true}`).
 *
 * osTicket keeps two: `duedate` is a person's and comes first, also for its "overdue"; `est_duedate` is what it computes from its
 * SLA plan. Only the computed one is replaced, so a person's date stands by itself. Rows of the bridge remember what was set, and
 * what the plan had said, so that it can be given back.
 *
 * A date that has passed when it is set marks the ticket overdue by the same statement: osTicket's cron, which would log an event
 * and send mail, finds nothing to do. It alerts as it is configured for tickets whose date passes later.
 */
final class NativeDates
{
    public function __construct(private readonly Db $db)
    {
    }

    public static function table(): string
    {
        return Schema::table('native');
    }

    public function create(): void
    {
        // `due` is NULL where no date shall be: while a ticket waits, or after its answer.
        $this->db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            ticket_id INT UNSIGNED NOT NULL PRIMARY KEY, due BIGINT NULL, plan DATETIME NULL
        ) ENGINE=InnoDB');
    }

    /**
     * What stands of what the bridge set, for the tickets that have such a row.
     *
     * @param list<int> $tickets
     * @return array<int, ?int> seconds since 1970; null: no date
     */
    public function of(array $tickets): array
    {
        $standing = [];
        // Compared as osTicket's own column has it: in the hour that winter time repeats, two instants have one name.
        $rows = $this->db->rows('SELECT n.ticket_id, IF(t.est_duedate <=> FROM_UNIXTIME(n.due), n.due, UNIX_TIMESTAMP(t.est_duedate)) AS due
            FROM ' . self::table() . ' n JOIN ' . TICKET_TABLE . ' t ON t.ticket_id = n.ticket_id WHERE n.ticket_id IN (?)', $tickets);
        foreach ($rows as $row) {
            $standing[(int) $row['ticket_id']] = $row['due'] === null ? null : (int) $row['due'];
        }
        return $standing;
    }

    /** @param array<int, ?int> $dues ticket => seconds since 1970; null: no date */
    public function set(array $dues): void
    {
        if (!$dues) {
            return;
        }
        $tickets = array_keys($dues);
        $this->notePlans($tickets);
        $this->db->insert(
            'INSERT INTO ' . self::table() . ' (ticket_id, due)',
            array_map(static fn (int $id, ?int $due): array => [$id, $due], $tickets, $dues),
            'ON DUPLICATE KEY UPDATE due = VALUES(due)'
        );
        $this->put($tickets);
    }

    /** osTicket computed its date anew, as it does at many an edit: what the bridge decided stands again. @param list<int> $tickets */
    public function keep(array $tickets): void
    {
        if (!$tickets) {
            return;
        }
        $state = ' JOIN ' . TICKET_TABLE . ' t ON t.ticket_id = n.ticket_id JOIN ' . TICKET_STATUS_TABLE . ' s ON s.id = t.status_id';
        // A closing drops a date that has passed: what comes after a reopening is the bridge's next decision.
        $this->db->run('UPDATE ' . self::table() . " n$state SET n.due = NULL
            WHERE n.ticket_id IN (?) AND s.state <> 'open' AND t.est_duedate IS NULL", $tickets);
        $own = $this->db->ids('SELECT n.ticket_id FROM ' . self::table() . " n$state
            WHERE n.ticket_id IN (?) AND s.state = 'open'", $tickets);
        if ($own) {
            $this->db->transaction(function () use ($own): void {
                $this->notePlans($own);
                $this->put($own);
            });
        }
    }

    /** The dates of the SLA plans come back, overdue ones without a mail. @param list<int> $tickets */
    public function giveBack(array $tickets): void
    {
        if (!$tickets) {
            return;
        }
        $this->markBy('n.plan', $tickets);
        $this->db->run('UPDATE ' . TICKET_TABLE . ' t JOIN ' . self::table() . ' n ON n.ticket_id = t.ticket_id
            SET t.est_duedate = n.plan WHERE t.ticket_id IN (?)', $tickets);
        $this->remove($tickets);
    }

    public function giveAllBack(): void
    {
        foreach (array_chunk($this->db->ids('SELECT ticket_id FROM ' . self::table()), 500) as $portion) {
            $this->db->transaction(fn () => $this->giveBack($portion));
        }
    }

    public function any(): bool
    {
        return $this->db->row('SELECT 1 FROM ' . self::table() . ' LIMIT 1') !== null;
    }

    /** @param list<int> $tickets */
    public function remove(array $tickets): void
    {
        if ($tickets) {
            $this->db->run('DELETE FROM ' . self::table() . ' WHERE ticket_id IN (?)', $tickets);
        }
    }

    /** A date that is not ours came from the plan. @param list<int> $tickets */
    private function notePlans(array $tickets): void
    {
        $this->db->run('INSERT INTO ' . self::table() . ' (ticket_id, plan)
            SELECT t.ticket_id, t.est_duedate FROM ' . TICKET_TABLE . ' t LEFT JOIN ' . self::table() . ' n ON n.ticket_id = t.ticket_id
            WHERE t.ticket_id IN (?) AND (n.ticket_id IS NULL OR NOT t.est_duedate <=> FROM_UNIXTIME(n.due))
            ON DUPLICATE KEY UPDATE plan = VALUES(plan)', $tickets);
    }

    /** @param list<int> $tickets */
    private function put(array $tickets): void
    {
        // Overdue first, by the date that still stands: a statement over two tables promises no order of its assignments.
        $this->markBy('FROM_UNIXTIME(n.due)', $tickets);
        $this->db->run('UPDATE ' . TICKET_TABLE . ' t JOIN ' . self::table() . ' n ON n.ticket_id = t.ticket_id
            SET t.est_duedate = FROM_UNIXTIME(n.due) WHERE t.ticket_id IN (?)', $tickets);
    }

    /**
     * A ticket is overdue when the date that comes has passed, and no longer when the one that goes was why it was; what an agent
     * marked by hand stays, and so does what a person's own date says.
     *
     * @param list<int> $tickets
     */
    private function markBy(string $coming, array $tickets): void
    {
        $this->db->run('UPDATE ' . TICKET_TABLE . ' t JOIN ' . self::table() . ' n ON n.ticket_id = t.ticket_id
            JOIN ' . TICKET_STATUS_TABLE . " s ON s.id = t.status_id
            SET t.isoverdue = CASE WHEN $coming < NOW() THEN 1 WHEN t.est_duedate < NOW() THEN 0 ELSE t.isoverdue END
            WHERE t.ticket_id IN (?) AND t.duedate IS NULL AND s.state = 'open'", $tickets);
    }
}
