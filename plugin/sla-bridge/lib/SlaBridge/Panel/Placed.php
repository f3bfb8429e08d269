<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/**
 * A panel with its style and its script. When osTicket lets a plugin speak, its page's head is out already, and pages that are
 * fetched into the old one bring no head at all: so they travel inside the page.
 */
final class Placed
{
    private static bool $shown = false;

    /**
     * Puts what `$draw` returns into the page, once. Whatever goes wrong is logged, and the page stays as osTicket made it.
     *
     * @param string $what how the log calls it
     * @param callable(): string $draw
     */
    public static function once(string $what, callable $draw): void
    {
        if (self::$shown) {
            return;
        }
        try {
            $html = self::html($draw());
            self::$shown = $html !== '';
            echo $html;
        } catch (\Throwable $error) {
            error_log(sprintf('sla-bridge: %s: %s in %s:%d', $what, $error->getMessage(), $error->getFile(), $error->getLine()));
        }
    }

    private static function html(string $panel): string
    {
        if ($panel === '') {
            return '';
        }
        $replies = str_contains($panel, ' data-reply="') ? '<script>' . Assets::replies() . "</script>\n" : '';
        $articles = str_contains($panel, ' data-src=') ? '<script>' . Assets::articles() . "</script>\n" : '';
        return '<style>' . Assets::css() . "</style>\n$panel\n<script>" . Assets::place() . "</script>\n<script>" . Assets::script()
            . "</script>\n$replies$articles";
    }
}
