<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

use SlaBridge\Db;
use SlaBridge\Portal\AttentionPage;

/** What a customer sees of his ticket's clock in the portal: nothing, unless the policy says what. */
final class PortalPage
{
    /** Handler of `object.view`, which osTicket sends when the page has begun. */
    public static function onView(object $ticket): void
    {
        if (!defined('OSTSCPINC') && defined('OSTCLIENTINC') && !defined('APICALL')) {
            Placed::once('portal', static fn (): string => self::html($ticket));
        }
    }

    private static function html(object $ticket): string
    {
        global $thisclient;
        if (!$ticket instanceof \Ticket || !$thisclient || !$ticket->checkUserAccess($thisclient)) {
            return '';
        }
        $view = TicketRow::of(Db::ofOsTicket(), (int) $ticket->getId())?->view([], true, ROOT_PATH . 'tickets.php?id=');
        return $view === null ? '' : Portal::html($view) . AttentionPage::form($view);
    }
}
