<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Panel\Words;

/** An internal note that tells agents, in the helpdesk's own language, what a customer said on a page of ours. It alerts nobody. */
final class PortalNote
{
    public const LONGEST = Ratings::LONGEST_COMMENT;

    /** @param array<string, string|int> $places of the title's words */
    public static function leave(\Ticket $ticket, string $title, array $places, string $said): void
    {
        global $cfg;
        $words = Words::in(strncasecmp((string) $cfg->getPrimaryLanguage(), 'ru', 2) === 0 ? 'ru' : 'en');
        $title = $words->say($title, $places);
        $said = trim(mb_substr(mb_scrub($said, 'UTF-8'), 0, self::LONGEST));
        // As plain text: of HTML osTicket would make mark-up again, escaped or not.
        $body = new \TextThreadEntryBody($said === '' ? $words->say('rating.no_comment') : $said);
        $ticket->logNote($title, $body, 'SYSTEM', false);
    }
}
