<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\Instant;
use SlaBridge\Schema;

/** Tickets themselves: how the open ones stand now, how old they are, and when tickets came. */
final class StandingTickets
{
    /** Tickets are counted by quarters of an hour: any zone's hours consist of them. */
    private const QUARTER = 900;

    public function __construct(private readonly Db $db, private readonly Sieve $sieve, private readonly LocalTime $time)
    {
    }

    /**
     * @return array{open: int, new_today: int, at_risk: int, next_due: ?string, overdue: int, most_late: ?array<string, mixed>,
     *     paused: int, no_sla: int, unknown: int}
     */
    public function now(Backlog $backlog, int $now): array
    {
        [$joins, $conditions, $values] = $this->sieve->tickets(['k']);
        $rows = $this->db->rows('SELECT ' . $this->quarter() . " AS came, COALESCE(k.state, '') AS state, COUNT(*) AS tickets,
            MIN(k.due) AS due FROM " . TICKET_TABLE . " t$joins WHERE " . $this->sieve->isOpen() . "$conditions GROUP BY 1, 2", ...$values);
        $found = $dues = [];
        foreach ($rows as $row) {
            $state = $row['state'] === '' ? 'none' : $row['state'];
            $found[$state] = ($found[$state] ?? 0) + (int) $row['tickets'];
            if ($row['due'] !== null) {
                $dues[$state] = min($dues[$state] ?? $row['due'], $row['due']);
            }
            $backlog->add((int) $row['came'] * self::QUARTER, $state === 'paused', (int) $row['tickets']);
        }
        $today = $this->time->day($now);
        return [
            'open' => array_sum($found),
            'new_today' => array_sum($this->came($this->time->instant($today), $this->time->instant($today + 1))),
            'at_risk' => $found['at_risk'] ?? 0, 'next_due' => Instant::fromStored($dues['at_risk'] ?? null),
            'overdue' => $found['overdue'] ?? 0, 'most_late' => $this->mostLate($dues['overdue'] ?? null),
            'paused' => $found['paused'] ?? 0, 'no_sla' => $found['none'] ?? 0, 'unknown' => $this->countUnknown(),
        ];
    }

    public function arrivals(Period $period): WeekCount
    {
        $week = new WeekCount($this->time);
        foreach ($this->came($period->start, $period->end) as $quarter => $tickets) {
            $week->add($quarter * self::QUARTER, $tickets);
        }
        return $week;
    }

    /**
     * The open tickets whose support nobody could tell, with the checks that could not be answered.
     *
     * @return list<array{ticket: int, number: string, checks: list<string>}>
     */
    public function unknown(?int $limit): array
    {
        [$joins, $conditions, $values] = $this->sieve->tickets(['r']);
        $rows = $this->db->rows('SELECT t.ticket_id, t.number, b.detail FROM ' . TICKET_TABLE . " t$joins LEFT JOIN "
            . Schema::table('ticket') . ' b ON b.ticket_id = t.ticket_id WHERE r.support = ? AND ' . $this->sieve->isOpen() . $conditions
            . ' ORDER BY t.ticket_id' . ($limit === null ? '' : " LIMIT $limit"), Reported::UNKNOWN, ...$values);
        return array_map(static function (array $row): array {
            $checks = json_decode((string) $row['detail'], true)['checks'] ?? [];
            $unknown = array_filter((array) $checks, static fn (mixed $one): bool => ($one['outcome'] ?? null) === 'unknown');
            return ['ticket' => (int) $row['ticket_id'], 'number' => (string) $row['number'], 'checks' => array_column($unknown, 'id')];
        }, $rows);
    }

    private function countUnknown(): int
    {
        [$joins, $conditions, $values] = $this->sieve->tickets(['r']);
        return (int) $this->db->value('SELECT COUNT(*) FROM ' . TICKET_TABLE . " t$joins WHERE r.support = ? AND "
            . $this->sieve->isOpen() . $conditions, Reported::UNKNOWN, ...$values);
    }

    /** @param ?string $due as stored @return ?array{ticket: int, due_at: string} of several with that deadline the oldest ticket */
    private function mostLate(?string $due): ?array
    {
        if ($due === null) {
            return null;
        }
        [$joins, $conditions, $values] = $this->sieve->tickets(['k']);
        $ticket = $this->db->value('SELECT MIN(t.ticket_id) FROM ' . TICKET_TABLE . " t$joins WHERE k.state = 'overdue' AND k.due = ? AND "
            . $this->sieve->isOpen() . $conditions, $due, ...$values);
        return $ticket === null ? null : ['ticket' => (int) $ticket, 'due_at' => (string) Instant::fromStored($due)];
    }

    /** @return array<int, int> quarter of an hour since 1970 => how many tickets came in it */
    private function came(int $from, int $until): array
    {
        [$joins, $conditions, $values] = $this->sieve->tickets([]);
        $quarters = [intdiv($from, self::QUARTER), intdiv($until, self::QUARTER)];
        // The column knows the database's clocks only: in the hour that they repeat, a quarter more is read and left out.
        $rows = $this->db->rows('SELECT ' . $this->quarter() . ' AS came, COUNT(*) AS tickets FROM ' . TICKET_TABLE . " t$joins
            WHERE t.created >= FROM_UNIXTIME(?) AND t.created < FROM_UNIXTIME(?)$conditions GROUP BY 1
            HAVING came >= ? AND came < ?", $from - 7200, $until + 7200, ...[...$values, ...$quarters]);
        return array_map('intval', array_column($rows, 'tickets', 'came'));
    }

    private function quarter(): string
    {
        return 'UNIX_TIMESTAMP(t.created) DIV ' . self::QUARTER;
    }
}
