<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Articles;

use SlaBridge\Db;
use SlaBridge\Panel\Words;
use SlaBridge\Tickets\FlatText;
use SlaBridge\Viewer;

/** The part of a ticket's panel with articles that may answer it; the panel fetches it when it is open. */
final class ArticlesPart
{
    private const SUBJECT_BYTES = 1024;

    public static function url(int $ticket): string
    {
        return ROOT_PATH . "scp/ajax.php/sla-bridge/articles/$ticket";
    }

    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/sla-bridge/articles/(\d{1,10})$', static function (string $ticket): void {
            self::answer((int) $ticket);
        }));
    }

    private static function answer(int $id): void
    {
        global $thisstaff;
        $ticket = $thisstaff instanceof \StaffSession && $thisstaff->isValid() ? \Ticket::lookup($id) : null;
        if (!$ticket instanceof \Ticket || !$ticket->checkStaffPerm($thisstaff)) {
            \Http::response(403, '');
        }
        try {
            $html = self::html($ticket);
        } catch (\Throwable $error) {
            error_log('sla-bridge: articles: ' . $error->getMessage());
            $html = '';
        }
        header('Cache-Control: no-store');
        \Http::response(200, $html, 'text/html', 'UTF-8');
    }

    private static function html(\Ticket $ticket): string
    {
        $rows = new ArticleRows(Db::ofOsTicket());
        $articles = $rows->published();
        $subject = FlatText::of((string) $ticket->getSubject(), 'text', self::SUBJECT_BYTES);
        $fitting = $articles ? (new Matching($subject, $rows->firstMessage((int) $ticket->getId())))->best($articles) : [];
        return ArticleList::html(Words::in(Viewer::language()), $fitting, ROOT_PATH . 'scp/faq.php?id=');
    }
}
