<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

use SlaBridge\Db;

/** The panel on the agents' page of a ticket. Whatever goes wrong here is logged, and the page stays as osTicket made it. */
final class TicketPage
{
    private static bool $shown = false;

    /** Handler of `object.view`, which osTicket sends when the page has begun. */
    public static function onView(object $ticket): void
    {
        if (self::$shown || !defined('OSTSCPINC') || defined('APICALL')) {
            return;
        }
        try {
            $html = self::html($ticket);
            self::$shown = $html !== '';
            echo $html;
        } catch (\Throwable $error) {
            error_log(sprintf('sla-bridge: panel: %s in %s:%d', $error->getMessage(), $error->getFile(), $error->getLine()));
        }
    }

    private static function html(object $ticket): string
    {
        global $thisstaff, $cfg;
        if (
            !$ticket instanceof \Ticket || !$thisstaff instanceof \StaffSession || !$thisstaff->isValid()
            || !$ticket->checkStaffPerm($thisstaff)
        ) {
            return '';
        }
        $row = TicketRow::of(Db::ofOsTicket(), (int) $ticket->getId());
        if ($row === null) {
            return '';
        }
        $view = $row->view(
            (string) \Internationalization::getCurrentLanguage(),
            (string) $cfg->getTimezone(),
            self::links($ticket, $thisstaff, $row),
            false,
            ROOT_PATH . 'scp/tickets.php?id='
        );
        return Placed::html(Panel::html($view));
    }

    /** @return array<string, string> osTicket's own dialogues, as far as this agent may use them */
    private static function links(\Ticket $ticket, \Staff $agent, TicketRow $row): array
    {
        $dialogues = ROOT_PATH . 'scp/ajax.php/tickets/' . (int) $ticket->getId();
        $links = [];
        if ($row->levelField() !== null && $ticket->checkStaffPerm($agent, \Ticket::PERM_EDIT)) {
            $links['edit_level'] = "$dialogues/field/{$row->levelField()}/edit";
        }
        if ($row->isOpen() && $ticket->checkStaffPerm($agent, \Ticket::PERM_ASSIGN)) {
            $links['assign'] = "$dialogues/assign/agents";
        }
        return $links;
    }
}
