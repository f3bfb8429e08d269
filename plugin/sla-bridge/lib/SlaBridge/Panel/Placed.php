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
    public static function html(string $panel): string
    {
        if ($panel === '') {
            return '';
        }
        return '<style>' . Assets::css() . "</style>\n$panel\n<script>" . Assets::place() . "</script>\n<script>" . Assets::script()
            . "</script>\n";
    }
}
