<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** Which of the two languages that agreements are written in. */
final class Language
{
    /** The agent's own for one agent, else the desk's. @param list<Recipient> $to */
    public static function ofStaff(array $to): string
    {
        $agent = count($to) === 1 && $to[0]->agent ? \Staff::lookup($to[0]->agent) : null;
        return self::fitting((string) ($agent?->getLanguage() ?: '')) ?? self::ofDesk();
    }

    public static function ofCustomer(\Ticket $ticket): string
    {
        $code = (string) ($ticket->getOwner()?->getLanguage() ?: '');
        return self::fitting($code) ?? self::ofDesk();
    }

    public static function ofDesk(): string
    {
        global $cfg;
        return self::fitting((string) ($cfg ? $cfg->getPrimaryLanguage() : '')) ?? 'en';
    }

    /** The text in that language, in the other one where it is written in one only. */
    public static function text(mixed $texts, string $language): string
    {
        $texts = is_object($texts) ? (array) $texts : $texts;
        if (!is_array($texts)) {
            return is_string($texts) ? $texts : '';
        }
        $text = $texts[$language] ?? (reset($texts) ?: '');
        return is_string($text) ? $text : '';
    }

    private static function fitting(string $code): ?string
    {
        return match (strtolower(substr($code, 0, 2))) {
            '' => null,
            'ru' => 'ru',
            default => 'en',
        };
    }
}
