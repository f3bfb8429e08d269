<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Feed;

/** A place in the change feed. Clients must not look inside: it names the instance, so that no other feed accepts it. */
final class Cursor
{
    public static function encode(string $instance, int $seq): string
    {
        return rtrim(strtr(base64_encode("1:$instance:$seq"), '+/', '-_'), '=');
    }

    /** The sequence number, or null when the cursor is not one of this instance's feed. */
    public static function decode(string $cursor, string $instance): ?int
    {
        $text = base64_decode(strtr($cursor, '-_', '+/'), true);
        if ($text === false || !preg_match('/^1:([0-9a-f-]+):(0|[1-9]\d{0,17})$/D', $text, $parts)) {
            return null;
        }
        return hash_equals($instance, $parts[1]) ? (int) $parts[2] : null;
    }
}
