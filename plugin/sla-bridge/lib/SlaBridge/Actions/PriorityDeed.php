<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;

/** The priority, as if an agent had edited that field alone. */
final class PriorityDeed implements Deed
{
    public function __construct(private readonly Db $db)
    {
    }

    public function perform(\Ticket $ticket, \Staff $agent, array $params): Outcome
    {
        $id = Named::id($this->db, 'SELECT priority_id, priority_desc FROM ' . PRIORITY_TABLE, (string) $params['name']);
        $field = $ticket->getPriorityField();
        if ($id === null || !$field) {
            return Outcome::refused('no_such_priority');
        }
        if ((int) $ticket->getPriorityId() === $id) {
            return Outcome::done();
        }
        if (!$ticket->checkStaffPerm($agent, \Ticket::PERM_EDIT)) {
            return Outcome::refused('no_access');
        }
        $form = $field->getEditForm([$field->getFormName() => $id, $field->get('name') => $id]);
        $errors = [];
        return $form->isValid() && $ticket->updateField($form, $errors) ? Outcome::done() : Outcome::refused('no_access');
    }
}
