<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;

/**
 * Another status, and with it closing: only to a status that lets the customer's answer open the ticket again, and only where
 * osTicket would let an agent close it. The service agent does not become the ticket's agent by that.
 */
final class StatusDeed implements Deed
{
    /** @param bool $closes whether only a closing status will do */
    public function __construct(private readonly Db $db, private readonly bool $closes)
    {
    }

    public function perform(\Ticket $ticket, \Staff $agent, array $params): Outcome
    {
        $sql = 'SELECT id, name FROM ' . TICKET_STATUS_TABLE . " WHERE state IN ('open', 'closed')";
        $id = Named::id($this->db, $sql, (string) $params['name']);
        $status = $id === null ? null : \TicketStatus::lookup($id);
        if (!$status || !$status->isEnabled() || ($this->closes && $status->getState() !== 'closed')) {
            return Outcome::refused('no_such_status');
        }
        if ((int) $ticket->getStatusId() === $id) {
            return Outcome::done();
        }
        $hindrance = $status->getState() === 'closed' ? $this->hindrance($ticket, $status) : null;
        if ($hindrance !== null) {
            return Outcome::refused($hindrance);
        }
        $errors = [];
        return $ticket->setStatus($status, '', $errors, false) ? Outcome::done() : Outcome::refused('no_access');
    }

    private function hindrance(\Ticket $ticket, \TicketStatus $status): ?string
    {
        $topic = $ticket->getTopic();
        return match (true) {
            !$status->isReopenable(), !$ticket->getDept()->allowsReopen(), $topic && !$topic->allowsReopen() => 'not_reopenable',
            $ticket->isClosed() => null,
            (int) $ticket->getNumOpenTasks() > 0 => 'open_tasks',
            $ticket->isCloseable() !== true => 'missing_required',
            default => null,
        };
    }
}
