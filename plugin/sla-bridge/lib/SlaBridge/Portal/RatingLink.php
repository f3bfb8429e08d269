<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

/**
 * The link in a letter by which a customer says how he was served. It is signed, ends by itself, and lets nobody in: all that
 * it opens is the question about one ticket and one of its cycles.
 */
final class RatingLink
{
    public const DAYS = 30;
    public const PATH = 'ajax.php/sla-bridge/rating/';

    private function __construct(public readonly int $ticket, public readonly int $cycle, public readonly int $expires)
    {
    }

    /** @param string $key of the action whose letter it stands in: `rating:ticket:2` asks about the second time */
    public static function of(\Ticket $ticket, string $key): string
    {
        global $cfg;
        $cycle = (int) (explode(':', $key)[2] ?? 1);
        $token = self::token((int) $ticket->getId(), max(1, $cycle), time() + self::DAYS * 86400, SECRET_SALT);
        return rtrim((string) $cfg->getBaseUrl(), '/') . '/' . self::PATH . $token;
    }

    public static function token(int $ticket, int $cycle, int $expires, string $secret): string
    {
        return "$ticket-$cycle-$expires-" . self::signature($ticket, $cycle, $expires, $secret);
    }

    /** What the token asks about, also when its time is over; null for one that was not made here. */
    public static function read(string $token, string $secret): ?self
    {
        if (preg_match('/^(\d{1,10})-(\d{1,10})-(\d{1,12})-([0-9a-f]{40})$/D', $token, $part) !== 1) {
            return null;
        }
        [$ticket, $cycle, $expires] = array_map('intval', array_slice($part, 1, 3));
        return hash_equals(self::signature($ticket, $cycle, $expires, $secret), $part[4]) ? new self($ticket, $cycle, $expires) : null;
    }

    public function isOver(int $now): bool
    {
        return $now >= $this->expires;
    }

    private static function signature(int $ticket, int $cycle, int $expires, string $secret): string
    {
        return substr(hash_hmac('sha256', "sla-bridge rating $ticket $cycle $expires", $secret), 0, 40);
    }
}
