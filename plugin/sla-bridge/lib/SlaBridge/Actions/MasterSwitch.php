<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

/**
 * What the plugin's configuration says about acting, taken down at the start of each request: osTicket clears it right after.
 * Off unless somebody switched it on.
 */
final class MasterSwitch
{
    private static bool $on = false;
    private static string $agent = '';

    /** @param string $serviceAgent username, empty: none is configured */
    public static function remember(bool $on, string $serviceAgent): void
    {
        self::$on = $on;
        self::$agent = $serviceAgent;
    }

    public static function on(): bool
    {
        return self::$on;
    }

    public static function serviceAgent(): string
    {
        return self::$agent;
    }
}
