<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Replies;

use SlaBridge\Db;
use SlaBridge\Letters\Language;

/**
 * The ready replies that an agent can put into the editor of a ticket's page: those of ours that osTicket's own list there offers him,
 * as the desk calls them now.
 *
 * @phpstan-type Offer array{id: int, key: string, language: string, title: string, states: list<string>}
 */
final class Offered
{
    /** @return list<Offer> those in the customer's language first; none where the page has no list to choose from */
    public static function to(\Ticket $ticket, \Staff $agent, Db $db): array
    {
        global $cfg;
        if (!$cfg || !$cfg->isCannedResponseEnabled() || !$ticket->checkStaffPerm($agent, \Ticket::PERM_REPLY)) {
            return [];
        }
        $noted = (new ReplyRows($db))->noted();
        return $noted ? self::of($noted, \Canned::responsesByDeptId($ticket->getDeptId()), Language::ofCustomer($ticket)) : [];
    }

    /**
     * @param array<string, array{id: int}> $noted what setup made, by `facts:ru`
     * @param array<int, string> $choosable titles of the list, by id
     * @return list<Offer>
     */
    public static function of(array $noted, array $choosable, string $language): array
    {
        $offers = ['ru' => [], 'en' => []];
        foreach (ReplyFile::shipped() as $reply) {
            $id = $noted[$reply->name()]['id'] ?? 0;
            if (isset($choosable[$id])) {
                $offers[$reply->language][] = ['id' => $id, 'key' => $reply->key, 'language' => $reply->language,
                    'title' => (string) $choosable[$id], 'states' => $reply->states];
            }
        }
        return $language === 'ru' ? [...$offers['ru'], ...$offers['en']] : [...$offers['en'], ...$offers['ru']];
    }
}
