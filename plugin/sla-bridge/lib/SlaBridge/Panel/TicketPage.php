<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

use SlaBridge\Articles\ArticlesPart;
use SlaBridge\Db;
use SlaBridge\Replies\Offered;

/** The panel on the agents' page of a ticket. */
final class TicketPage
{
    /** Handler of `object.view`, which osTicket sends when the page has begun. */
    public static function onView(object $ticket): void
    {
        if (defined('OSTSCPINC') && !defined('APICALL')) {
            Placed::once('panel', static fn (): string => self::html($ticket));
        }
    }

    private static function html(object $ticket): string
    {
        global $thisstaff;
        if (
            !$ticket instanceof \Ticket || !$thisstaff instanceof \StaffSession || !$thisstaff->isValid()
            || !$ticket->checkStaffPerm($thisstaff)
        ) {
            return '';
        }
        $db = Db::ofOsTicket();
        $row = TicketRow::of($db, (int) $ticket->getId());
        if ($row === null) {
            return '';
        }
        $replies = $row->isOpen() ? Offered::to($ticket, $thisstaff, $db) : [];
        return Panel::html($row->view(self::links($ticket, $thisstaff, $row), false, ROOT_PATH . 'scp/tickets.php?id=', $replies));
    }

    /** @return array<string, string> osTicket's own dialogues, as far as this agent may use them, and where matching articles are */
    private static function links(\Ticket $ticket, \Staff $agent, TicketRow $row): array
    {
        $dialogues = ROOT_PATH . 'scp/ajax.php/tickets/' . (int) $ticket->getId();
        $links = [];
        if ($ticket->checkStaffPerm($agent, \Ticket::PERM_EDIT)) {
            foreach ($row->inputs() as $name => $id) {
                $links["edit_$name"] = "$dialogues/field/$id/edit";
            }
        }
        if ($row->isOpen() && $ticket->checkStaffPerm($agent, \Ticket::PERM_ASSIGN)) {
            $links['assign'] = "$dialogues/assign/agents";
        }
        if ($row->isOpen() && $row->hasArticles()) {
            $links['articles'] = ArticlesPart::url((int) $ticket->getId());
        }
        return $links;
    }
}
