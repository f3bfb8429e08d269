<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** Text for a thread as it was written: osTicket's own plain text gets an end for each `<tag>` that somebody mentioned. */
final class PlainEntry
{
    public static function of(string $text): \TextThreadEntryBody
    {
        return new class (CleanText::text($text)) extends \TextThreadEntryBody {
            public function getClean()
            {
                return htmlspecialchars(trim((string) $this->body), ENT_COMPAT | ENT_SUBSTITUTE | ENT_HTML401, 'UTF-8');
            }
        };
    }
}
