<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

use SlaBridge\Db;

/** What a customer sees of his ticket's clock in the portal: nothing, unless the policy says what. */
final class PortalPage
{
    private static bool $shown = false;

    /** Handler of `object.view`, which osTicket sends when the page has begun. */
    public static function onView(object $ticket): void
    {
        if (self::$shown || defined('OSTSCPINC') || !defined('OSTCLIENTINC') || defined('APICALL')) {
            return;
        }
        try {
            $html = self::html($ticket);
            self::$shown = $html !== '';
            echo $html;
        } catch (\Throwable $error) {
            error_log(sprintf('sla-bridge: portal: %s in %s:%d', $error->getMessage(), $error->getFile(), $error->getLine()));
        }
    }

    private static function html(object $ticket): string
    {
        global $thisclient, $cfg;
        if (!$ticket instanceof \Ticket || !$thisclient || !$ticket->checkUserAccess($thisclient)) {
            return '';
        }
        $view = TicketRow::of(Db::ofOsTicket(), (int) $ticket->getId())?->view(
            (string) \Internationalization::getCurrentLanguage(),
            (string) $cfg->getTimezone(),
            [],
            true,
            ROOT_PATH . 'tickets.php?id='
        );
        return $view === null ? '' : Placed::html(Portal::html($view));
    }
}
