<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** Whoever looks at a page of osTicket. */
final class Viewer
{
    /** @return 'ru'|'en' of which one is drawn for everybody */
    public static function language(): string
    {
        return self::spoken() ?? 'en';
    }

    /** @return 'ru'|'en'|null null for a third one: what is stored then serves better than a guess */
    public static function spoken(): ?string
    {
        $language = strtolower(substr((string) \Internationalization::getCurrentLanguage(), 0, 2));
        return in_array($language, ['ru', 'en'], true) ? $language : null;
    }

    /** As osTicket shows its own dates to him; UTC where the helpdesk names none that PHP knows. */
    public static function zone(): \DateTimeZone
    {
        global $cfg;
        $name = (string) ($cfg ? $cfg->getTimezone() : '');
        return new \DateTimeZone(in_array($name, timezone_identifiers_list(\DateTimeZone::ALL_WITH_BC), true) ? $name : 'UTC');
    }
}
