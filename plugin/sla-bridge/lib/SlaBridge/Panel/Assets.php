<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What goes inline beside a panel: osTicket's page head is out before a panel is drawn. */
final class Assets
{
    public static function css(): string
    {
        return self::read('panel.css');
    }

    public static function script(): string
    {
        return self::read('panel.js');
    }

    private static function read(string $name): string
    {
        $path = dirname(__DIR__, 3) . '/assets/' . $name;
        return is_file($path) ? (string) file_get_contents($path) : '';
    }
}
