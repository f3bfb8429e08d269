<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Db;
use SlaBridge\Panel\Words;
use SlaBridge\Schema;
use SlaBridge\Viewer;

/**
 * Asks the customer who followed the link of a letter. Looking at it changes nothing, since programs that look for dangerous
 * mail follow links as well: only the form that a person sends off is an answer.
 */
final class RatingPage
{
    public static function onRoutes(object $dispatcher): void
    {
        $dispatcher->append(url('^/sla-bridge/rating/([0-9a-f-]{1,80})$', static function (string $token): void {
            self::answer($token);
        }));
    }

    private static function answer(string $token): void
    {
        $words = Words::in(Viewer::language());
        $link = RatingLink::read($token, SECRET_SALT);
        $ticket = $link === null ? null : \Ticket::lookup($link->ticket);
        if ($link === null || !$ticket instanceof \Ticket) {
            ClientPage::show(404, RatingForm::told($words, 'unknown'));
            return;
        }
        (new Schema($db = Db::ofOsTicket()))->state();
        $ratings = new Ratings($db);
        if ($ratings->has($link->ticket, $link->cycle)) {
            ClientPage::show(200, RatingForm::told($words, 'thanks'));
        } elseif ($link->isOver(time())) {
            ClientPage::show(410, RatingForm::told($words, 'over'));
        } elseif (($_SERVER['REQUEST_METHOD'] ?? 'GET') !== 'POST') {
            ClientPage::show(200, RatingForm::asked($words, (string) $ticket->getNumber(), ClientPage::token()));
        } else {
            self::take($words, $ratings, $ticket, $link);
        }
    }

    private static function take(Words $words, Ratings $ratings, \Ticket $ticket, RatingLink $link): void
    {
        $score = filter_var($_POST['score'] ?? null, FILTER_VALIDATE_INT, ['options' => [
            'min_range' => Ratings::WORST, 'max_range' => Ratings::BEST,
        ]]);
        if ($score === false) {
            $form = RatingForm::asked($words, (string) $ticket->getNumber(), ClientPage::token(), missing: true);
            ClientPage::show(422, $form);
            return;
        }
        if ($ratings->keep($link->ticket, $link->cycle, $score)) {
            $comment = is_string($_POST['comment'] ?? null) ? $_POST['comment'] : '';
            // The note brings the ticket into the change feed, and the rating with it.
            PortalNote::leave($ticket, 'rating.note', ['score' => $score], $comment);
        }
        ClientPage::show(200, RatingForm::told($words, 'thanks'));
    }
}
