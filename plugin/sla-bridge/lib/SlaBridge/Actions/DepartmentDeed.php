<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;

/** Another department, as if an agent had transferred the ticket. Nobody gets mail of it. */
final class DepartmentDeed implements Deed
{
    public function __construct(private readonly Db $db)
    {
    }

    public function perform(\Ticket $ticket, \Staff $agent, array $params): Outcome
    {
        $id = Named::id($this->db, 'SELECT id, name FROM ' . DEPT_TABLE, (string) $params['name']);
        $department = $id === null ? null : \Dept::lookup($id);
        if (!$department || !$department->isActive()) {
            return Outcome::refused('no_such_department');
        }
        if ((int) $ticket->getDeptId() === $id) {
            return Outcome::done();
        }
        if ($ticket->isClosed()) {
            // osTicket would open it again.
            return Outcome::refused('closed');
        }
        $errors = [];
        $form = $ticket->getTransferForm(['dept' => $id, 'comments' => '']);
        return $ticket->transfer($form, $errors, false) ? Outcome::done() : Outcome::refused('no_access');
    }
}
