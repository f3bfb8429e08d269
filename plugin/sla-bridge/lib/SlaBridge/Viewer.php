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
        return strncmp((string) \Internationalization::getCurrentLanguage(), 'ru', 2) === 0 ? 'ru' : 'en';
    }

    /** As osTicket shows its own dates to him; UTC where the helpdesk names none that PHP knows. */
    public static function zone(): \DateTimeZone
    {
        global $cfg;
        try {
            return new \DateTimeZone((string) ($cfg ? $cfg->getTimezone() : ''));
        } catch (\Exception) {
            return new \DateTimeZone('UTC');
        }
    }
}
