<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Db;
use SlaBridge\Panel\Json;
use SlaBridge\Panel\TicketRow;
use SlaBridge\Panel\View;
use SlaBridge\Panel\Words;

/** Takes a customer's call for the head of support, of his own open ticket and where the agreement offers it. */
final class AttentionPage
{
    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/sla-bridge/attention/(\d{1,10})$', static function (string $ticket): void {
            self::take((int) $ticket);
        }));
    }

    /** The form on the ticket's page; nothing where it may not be sent. */
    public static function form(View $view): string
    {
        $called = self::isOffered($view) ? (new Attention(Db::ofOsTicket()))->isCalled($view->ticket['id']) : null;
        if ($called === null || $view->ticket['state'] !== 'open') {
            return '';
        }
        $action = ROOT_PATH . 'ajax.php/sla-bridge/attention/' . $view->ticket['id'];
        return AttentionForm::html(Words::in($view->language), $called, $action, ClientPage::token());
    }

    private static function isOffered(View $view): bool
    {
        return in_array(Attention::OFFERED, Json::map($view->published, 'portal', 'show'), true);
    }

    private static function take(int $id): void
    {
        global $thisclient;
        $ticket = $thisclient && $thisclient->isValid() ? \Ticket::lookup($id) : null;
        // Of a POST osTicket has asked for the form's token before it came here; nothing else acts.
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST' || !$ticket instanceof \Ticket || !$ticket->checkUserAccess($thisclient)) {
            \Http::response(403, 'Access denied');
        }
        $db = Db::ofOsTicket();
        $view = TicketRow::of($db, $id)?->view([], true, '');
        $attention = new Attention($db);
        if ($view !== null && self::isOffered($view) && $view->ticket['state'] === 'open' && $attention->isCalled($id) === false) {
            $attention->call($ticket, is_string($_POST['reason'] ?? null) ? $_POST['reason'] : '');
        }
        \Http::redirect(ROOT_PATH . "tickets.php?id=$id");
    }
}
