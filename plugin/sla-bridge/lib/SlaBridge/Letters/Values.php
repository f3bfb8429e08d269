<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use SlaBridge\Portal\RatingLink;

/** What only the helpdesk can say in a letter, by the names of the places it stands in. */
final class Values
{
    /** @param string $key of the action @return array<string, ?string> */
    public static function forCustomer(\Ticket $ticket, string $key): array
    {
        return ['ticket_link' => self::customersLink($ticket), 'rating_link' => self::ratingLink($ticket, $key)] + self::always();
    }

    /** @return array<string, ?string> */
    public static function forStaff(\Ticket $ticket): array
    {
        global $cfg;
        return ['ticket_link' => $cfg->getBaseUrl() . '/scp/tickets.php?id=' . (int) $ticket->getId()] + self::always();
    }

    /**
     * For the entry in the thread: there others read it, so no link of one person's may stand in it. And for what belongs to no
     * ticket: there is nothing to lead to.
     *
     * @return array<string, ?string>
     */
    public static function always(): array
    {
        global $cfg;
        return ['desk' => (string) $cfg->getTitle()];
    }

    /** As osTicket itself writes it; where customers have to log in, no link lets them in without. */
    private static function customersLink(\Ticket $ticket): ?string
    {
        global $cfg;
        $owner = $ticket->getOwner();
        return $cfg->isClientLoginRequired() ? $owner->getTicketLink(false) : $owner->getVar('ticket_link');
    }

    private static function ratingLink(\Ticket $ticket, string $key): ?string
    {
        return class_exists(RatingLink::class) ? RatingLink::of($ticket, $key) : null;
    }
}
