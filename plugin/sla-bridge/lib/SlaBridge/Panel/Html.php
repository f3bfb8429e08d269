<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The one place where text becomes HTML. */
final class Html
{
    /** Anything but what may stand as it is: of most texts here one look is enough. */
    private const TO_LOOK_AT = '/[^\x20\x21\x23-\x25\x28-\x3B\x3D\x3F-\x7E]/';
    private const NOT_SHOWN =
        '/[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{202A}-\x{202E}\x{2066}-\x{2069}\x{200E}\x{200F}\x{061C}]/u';

    /** Text as it may stand between tags and in quoted attributes; what no page may hold is taken out. */
    public static function escape(?string $text): string
    {
        $text = (string) $text;
        if (!preg_match(self::TO_LOOK_AT, $text)) {
            return $text;
        }
        // Signs that turn the direction of writing would let a name rearrange the words beside it.
        $shown = preg_replace(self::NOT_SHOWN, '', $text) ?? preg_replace(self::NOT_SHOWN, '', mb_scrub($text, 'UTF-8'));
        return htmlspecialchars((string) $shown, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
    }

    /**
     * An element. `$inner` is HTML already; attributes are text and are escaped here. One that is null or false is left out, one that is
     * true stands without a value.
     *
     * @param array<string, string|int|bool|null> $attributes
     */
    public static function tag(string $name, array $attributes = [], string ...$inner): string
    {
        $html = '<' . $name;
        foreach ($attributes as $key => $value) {
            if ($value === true) {
                $html .= ' ' . $key;
            } elseif ($value !== null && $value !== false) {
                $html .= ' ' . $key . '="' . self::escape((string) $value) . '"';
            }
        }
        return $html . '>' . implode('', $inner) . '</' . $name . '>';
    }

    /** A text of its own element: the class, and the text, which is escaped. */
    public static function text(string $name, ?string $class, ?string $text, string|int|bool|null ...$attributes): string
    {
        return self::tag($name, ['class' => $class] + $attributes, self::escape($text));
    }

    /** An SVG that adds nothing to what is said beside it: hidden from readers. The drawing is HTML already. */
    public static function drawing(string $class, int|string $width, int|string $height, string ...$drawing): string
    {
        $attributes = ['class' => $class, 'width' => $width, 'height' => $height, 'aria-hidden' => 'true', 'focusable' => 'false'];
        return self::tag('svg', $attributes, ...$drawing);
    }

    /** What only a screen reader says. */
    public static function unseen(string $text): string
    {
        return self::text('span', 'sla-unseen', $text);
    }

    /** A link, or the bare text where the address is missing or would leave the site: nothing but `/path…` and `#part` is followed. */
    public static function link(?string $url, string $text, string $class = 'sla-link'): string
    {
        $sound = $url !== null && preg_match('~^(?:/(?![/\\\\])|#)[^\s\x00-\x1F\\\\]*$~D', $url) === 1;
        return $sound ? self::text('a', $class, $text, href: $url) : self::escape($text);
    }

    /**
     * A sentence with a place in it that is HTML already.
     *
     * @param array<string, string> $html by the place's name
     */
    public static function fill(string $template, array $html): string
    {
        $pairs = [];
        foreach ($html as $place => $value) {
            $pairs['{' . $place . '}'] = $value;
        }
        return strtr(self::escape($template), $pairs);
    }
}
