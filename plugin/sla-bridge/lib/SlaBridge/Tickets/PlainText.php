<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/** A message as a person reads it: no markup, no scripts, at most so many characters. */
final class PlainText
{
    public const LIMIT = 20000;

    public static function of(string $body, string $format, int $limit = self::LIMIT): string
    {
        if ($format === 'html') {
            $body = preg_replace('~<(script|style)\b.*?</\1\s*>~is', '', $body) ?? $body;
            $body = preg_replace('~<(br|/p|/div|/li|/tr|/h[1-6]|/blockquote)\b[^>]*>~i', "\n", $body) ?? $body;
            $body = html_entity_decode(strip_tags($body), ENT_QUOTES | ENT_HTML5, 'UTF-8');
        }
        $body = str_replace(["\r\n", "\r", "\u{A0}", "\0"], ["\n", "\n", ' ', ''], $body);
        $body = trim(preg_replace('/\n{3,}/', "\n\n", $body) ?? $body);
        return mb_strlen($body) > $limit ? mb_substr($body, 0, $limit) : $body;
    }
}
