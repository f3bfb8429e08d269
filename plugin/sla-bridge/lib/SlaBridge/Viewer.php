<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** Whoever looks at a page of osTicket. */
final class Viewer
{
    /** @return 'ru'|'en' */
    public static function language(): string
    {
        return strncasecmp((string) \Internationalization::getCurrentLanguage(), 'ru', 2) === 0 ? 'ru' : 'en';
    }

    /** As osTicket shows its own dates to him; UTC where the helpdesk names none that PHP knows. */
    public static function zone(): \DateTimeZone
    {
        global $cfg;
        $name = (string) ($cfg ? $cfg->getTimezone() : '');
        return new \DateTimeZone(in_array($name, timezone_identifiers_list(\DateTimeZone::ALL_WITH_BC), true) ? $name : 'UTC');
    }
}
