<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/**
 * What somebody wrote himself, as one line to look for words in: without markup, without what he quotes, without signs that nobody
 * sees. Its time grows with the length alone, whatever stands in it.
 */
final class FlatText
{
    /** Their end is the end of a word too: `<p>one</p><p>two</p>` are two words, `on<b>e</b>` is one. */
    private const APART = 'br|p|div|li|ul|ol|tr|td|th|table|h[1-6]|hr|pre|blockquote';
    /** Soft hyphens, what joins or parts words invisibly, and what turns the direction of writing. */
    private const UNSEEN =
        '/[\x{00AD}\x{061C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]+/u';
    /** Two characters that look like one letter of the alphabet. */
    private const COMPOSED = ["и\u{0306}" => 'й', "И\u{0306}" => 'Й', "е\u{0308}" => 'ё', "Е\u{0308}" => 'Ё'];

    /** @return string valid UTF-8 of at most `$bytes` */
    public static function of(string $body, string $format, int $bytes): string
    {
        // Markup takes room too; what lies beyond that is not looked at.
        $body = mb_scrub(mb_strcut($body, 0, 4 * $bytes, 'UTF-8'), 'UTF-8');
        $body = $format === 'html' ? self::written($body) : self::unquoted($body);
        $body = strtr((string) preg_replace(self::UNSEEN, '', $body), self::COMPOSED);
        $body = trim((string) preg_replace('/[\s\p{Z}\p{Cc}]+/u', ' ', $body));
        return rtrim(mb_strcut($body, 0, $bytes, 'UTF-8'));
    }

    private static function written(string $html): string
    {
        foreach (['script', 'style', 'blockquote'] as $element) {
            $html = self::without($html, $element);
        }
        $html = (string) preg_replace('~<(?=/?(?:' . self::APART . ')\b)~i', ' <', $html);
        return mb_scrub(html_entity_decode(strip_tags($html), ENT_QUOTES | ENT_HTML5, 'UTF-8'), 'UTF-8');
    }

    /** Less an element with all that stands in it, also another one of its kind. */
    private static function without(string $html, string $element): string
    {
        if (stripos($html, "<$element") === false) {
            return $html;
        }
        preg_match_all("~<(/?)$element\b[^<>]*>~i", $html, $tags, PREG_OFFSET_CAPTURE);
        $kept = '';
        $from = $depth = 0;
        foreach ($tags[0] as $index => [$tag, $at]) {
            $closes = $tags[1][$index][0] === '/';
            if ($depth === 0) {
                $kept .= substr($html, $from, $at - $from) . ' ';
            }
            $depth = max(0, $depth + ($closes ? -1 : 1));
            $from = $at + strlen($tag);
        }
        return $depth === 0 ? $kept . substr($html, $from) : $kept;
    }

    /** Less the lines that mail programs mark as another's. */
    private static function unquoted(string $text): string
    {
        return (string) preg_replace('/^[ \t]*>[^\r\n]*/m', '', $text);
    }
}
