<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Letters\Language;
use SlaBridge\Letters\Places;
use SlaBridge\Letters\Values;

/** An internal note in the desk's language. It alerts nobody, and nothing in it is expanded but the places that are ours. */
final class NoteDeed implements Deed
{
    public function perform(\Ticket $ticket, \Staff $agent, array $params): Outcome
    {
        $text = (new Places(Values::forStaff($ticket)))->text(Language::text($params['text'] ?? '', Language::ofDesk()));
        $errors = [];
        $note = $ticket->postNote(['note' => new \TextThreadEntryBody($text), 'title' => ''], $errors, $agent, false);
        return $note ? Outcome::done() : throw new \RuntimeException('osTicket takes no note: ' . json_encode($errors));
    }
}
