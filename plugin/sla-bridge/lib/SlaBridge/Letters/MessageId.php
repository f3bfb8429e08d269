<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/**
 * Our Message-IDs: `sla-<32 hex digits>@host`. One key of one ticket has one, whenever and however often its letter is tried, so a
 * mail server that gets it twice can tell.
 */
final class MessageId
{
    private const OURS = '/<(sla-[0-9a-f]{32}@[^\s<>@]{1,200})>/';

    public static function of(string $instance, int $ticket, string $key, string $host, string $secret): string
    {
        $digest = substr(hash_hmac('sha256', "$instance\n$ticket\n$key", $secret), 0, 32);
        return "sla-$digest@" . self::host($host);
    }

    /** The first of ours in a header's value, without angle brackets. */
    public static function ours(string $header): ?string
    {
        return preg_match(self::OURS, $header, $match) ? $match[1] : null;
    }

    /**
     * Those in headers' values that may stand in a header again, in their order, without angle brackets.
     *
     * @return list<string>
     */
    public static function wellFormed(string $header): array
    {
        preg_match_all('/<([!-;=?-~]{1,120}@[!-;=?-~]{1,120})>/', $header, $found);
        return array_values(array_unique($found[1]));
    }

    private static function host(string $host): string
    {
        return preg_match('/^[a-z0-9]([a-z0-9.-]{0,180}[a-z0-9])?$/iD', $host) ? strtolower($host) : 'helpdesk.invalid';
    }
}
