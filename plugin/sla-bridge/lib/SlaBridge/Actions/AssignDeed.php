<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;

/** Gives the ticket to an agent or a team, only while nobody has it. The one who gets it has access to its department. */
final class AssignDeed implements Deed
{
    public function __construct(private readonly Db $db)
    {
    }

    public function perform(\Ticket $ticket, \Staff $agent, array $params): Outcome
    {
        $assignee = isset($params['agent'])
            ? $this->byAddress((string) $params['agent']) : $this->byName((string) ($params['name'] ?? ''));
        if ($assignee === null) {
            return Outcome::refused('no_agent');
        }
        if ($ticket->isClosed()) {
            // osTicket would open it again.
            return Outcome::refused('closed');
        }
        if ($ticket->isAssigned()) {
            return Outcome::refused('assigned');
        }
        $department = $ticket->getDept();
        $mayHave = $assignee instanceof \Team || $assignee->canAccessDept($department);
        if (!$mayHave || !$department->canAssign($assignee) || !$ticket->checkStaffPerm($agent, \Ticket::PERM_ASSIGN)) {
            return Outcome::refused('no_access');
        }
        $form = new class ([], []) extends \AssignmentForm {
            public \Staff|\Team|null $chosen = null;

            public function getAssignee()
            {
                return $this->chosen;
            }
        };
        $form->chosen = $assignee;
        $errors = [];
        return $ticket->assign($form, $errors, false) ? Outcome::done() : Outcome::refused('no_access');
    }

    /** Only one who works now, and no two by one address. */
    private function byAddress(string $address): ?\Staff
    {
        $sql = 'SELECT staff_id FROM ' . STAFF_TABLE . ' WHERE email = ? AND isactive = 1 AND onvacation = 0';
        $ids = $this->db->ids($sql, trim($address));
        return count($ids) === 1 ? \Staff::lookup($ids[0]) : null;
    }

    private function byName(string $name): \Staff|\Team|null
    {
        $agent = Named::id($this->db, "SELECT staff_id, TRIM(CONCAT_WS(' ', firstname, lastname)) FROM " . STAFF_TABLE
            . ' WHERE isactive = 1 AND onvacation = 0', $name);
        if ($agent !== null) {
            return \Staff::lookup($agent);
        }
        $team = Named::id($this->db, 'SELECT team_id, name FROM ' . TEAM_TABLE, $name);
        $found = $team === null ? null : \Team::lookup($team);
        return $found && $found->isActive() ? $found : null;
    }
}
