<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

use SlaBridge\Db;
use SlaBridge\Publication;
use SlaBridge\Schema;
use SlaBridge\Tickets\NativeDates;
use SlaBridge\Viewer;

/**
 * What a ticket's page shows, read by primary keys in two statements: one row of the ticket with what the bridge left beside it,
 * and the publication that its decision names.
 */
final class TicketRow
{
    private const NO_SUCH_COLUMN = 1054;

    /** @param array<string, ?string> $row */
    private function __construct(private readonly array $row, private readonly Db $db)
    {
    }

    public static function of(Db $db, int $ticket): ?self
    {
        try {
            $row = self::read($db, $ticket);
        } catch (\mysqli_sql_exception $error) {
            if (!in_array($error->getCode(), [self::NO_SUCH_COLUMN, Db::NO_SUCH_TABLE], true)) {
                throw $error;
            }
            // The first page after an update, before the bridge came by: the tables are still those of the version before.
            (new Schema($db))->state();
            $row = self::read($db, $ticket);
        }
        return $row === null ? null : new self($row, $db);
    }

    /** @return ?array<string, ?string> */
    private static function read(Db $db, int $ticket): ?array
    {
        return $db->row(
            'SELECT t.ticket_id, t.number, t.flags, t.ticket_pid, UNIX_TIMESTAMP(t.created) AS created, s.state,
                p.number AS parent, UNIX_TIMESTAMP(COALESCE(t.duedate, t.est_duedate)) AS due, a.name AS plan,
                t.duedate IS NOT NULL AS manual,
                t.duedate IS NULL AND n.ticket_id IS NOT NULL AND t.est_duedate <=> FROM_UNIXTIME(n.due) AS ours,
                b.detail, b.cycles, g.passed, g.`every`,
                (SELECT GROUP_CONCAT(SUBSTRING(m.what, 7), \' \', m.object_id) FROM ' . Schema::table('made') . ' m
                    WHERE m.what > \'field:sla_set_\' AND m.what < \'field:sla_set`\') AS inputs,
                (SELECT 1 FROM ' . FAQ_TABLE . ' WHERE ispublished > 0 LIMIT 1) AS articles
            FROM ' . TICKET_TABLE . ' t
            LEFT JOIN ' . TICKET_STATUS_TABLE . ' s ON s.id = t.status_id
            LEFT JOIN ' . TICKET_TABLE . ' p ON p.ticket_id = t.ticket_pid
            LEFT JOIN ' . SLA_TABLE . ' a ON a.id = t.sla_id
            LEFT JOIN ' . NativeDates::table() . ' n ON n.ticket_id = t.ticket_id
            LEFT JOIN ' . Schema::table('ticket') . ' b ON b.ticket_id = t.ticket_id
            LEFT JOIN ' . Schema::table('state') . ' g ON g.id = 1
            WHERE t.ticket_id = ?',
            $ticket
        );
    }

    public function isOpen(): bool
    {
        return $this->row['state'] === 'open';
    }

    /** Whether the desk has articles that might answer a ticket. */
    public function hasArticles(): bool
    {
        return $this->row['articles'] !== null;
    }

    /** @return array<string, int> the fields by which agents tell the bridge what they decide, as far as `setup` made them, by name */
    public function inputs(): array
    {
        $found = [];
        foreach (explode(',', (string) $this->row['inputs']) as $one) {
            if (preg_match('/^(\w+) (\d+)$/D', $one, $parts)) {
                $found[$parts[1]] = (int) $parts[2];
            }
        }
        return $found;
    }

    /**
     * As whoever looks at the page sees it.
     *
     * @param array<string, string> $links
     * @param string $parentUrl where the ticket is shown into which this one was merged, less its id
     * @param list<array{id: int, key: string, language: string, title: string, states: list<string>}> $replies
     */
    public function view(array $links, bool $customer, string $parentUrl, array $replies = []): View
    {
        $row = $this->row;
        $detail = json_decode((string) $row['detail'], true);
        $detail = is_array($detail) && $detail ? $detail : null;
        $cycles = json_decode((string) $row['cycles'], true);
        $digest = $detail['published'] ?? null;
        return new View(
            ticket: [
                'id' => (int) $row['ticket_id'], 'number' => (string) $row['number'], 'created_at' => (int) $row['created'],
                'state' => (string) $row['state'], 'merged_into' => $this->mergedInto($parentUrl),
            ],
            detail: $detail,
            cycles: is_array($cycles) ? array_values(array_filter($cycles, is_array(...))) : [],
            published: Publication::of($this->db, is_string($digest) ? $digest : null)['content'] ?? null,
            now: time(),
            lastPass: $row['passed'] === null ? null : (int) $row['passed'],
            every: $row['every'] === null ? null : (int) $row['every'],
            language: Viewer::language(),
            zone: Viewer::zone()->getName(),
            native: [
                'plan' => $row['plan'], 'due_at' => (int) $row['due'] ?: null, 'ours' => (bool) $row['ours'],
                // A person gave the ticket that date: it comes before the plan's, and before the bridge's.
                'manual' => (bool) $row['manual'],
            ],
            links: $links,
            customer: $customer,
            replies: $replies,
        );
    }

    /** @return ?array{number: string, url: string} tickets that are only linked keep clocks of their own */
    private function mergedInto(string $url): ?array
    {
        $merged = (int) $this->row['flags'] & (\Ticket::FLAG_COMBINE_THREADS | \Ticket::FLAG_SEPARATE_THREADS);
        return $merged && $this->row['parent'] !== null
            ? ['number' => (string) $this->row['parent'], 'url' => $url . (int) $this->row['ticket_pid']]
            : null;
    }
}
