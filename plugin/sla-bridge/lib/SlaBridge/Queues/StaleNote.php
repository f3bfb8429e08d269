<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\LastPass;
use SlaBridge\Panel\Html;
use SlaBridge\Schema;
use SlaBridge\Viewer;

/** What a queue says on top when the bridge has long not passed: its deadlines stand still meanwhile. */
final class StaleNote
{
    private const TEXT = [
        'ru' => "Сроки посчитаны %s и с\u{A0}тех пор не\u{A0}обновлялись: ответы и\u{A0}смены статуса после этого не\u{A0}учтены. "
            . 'Сообщите администратору.',
        'en' => 'Deadlines were computed %s and have not been updated since: answers and changes of status after that are not counted. '
            . 'Tell your administrator.',
    ];

    /** On the page of a queue, above it. osTicket asks for the rows before it prints the head of the page. */
    public static function showOnce(): void
    {
        static $looked = false;
        if ($looked || basename((string) ($_SERVER['SCRIPT_NAME'] ?? '')) !== 'tickets.php') {
            return;
        }
        $looked = true;
        try {
            // All columns: a database of the version before lacks two of them, and that is no error.
            $state = Db::ofOsTicket()->row('SELECT * FROM ' . Schema::table('state') . ' WHERE id = 1') ?? [];
            $now = time();
            $passed = self::passedLongAgo($state['passed'] ?? null, $state['every'] ?? null, $now);
            if ($passed !== null) {
                $language = Viewer::language();
                $when = (new ShortInstant($language, Viewer::zone(), $now))->withTime($passed);
                \Messages::warning(Html::escape(sprintf(self::TEXT[$language], $when)));
            }
        } catch (\Throwable $error) {
            error_log('sla-bridge: age of the deadlines: ' . $error->getMessage());
        }
    }

    /**
     * @param ?string $passed when the last whole pass ended; null where no bridge has told
     * @param ?string $every seconds between the last two
     * @return ?int the same, where that is longer ago than an hour and than three intervals
     */
    public static function passedLongAgo(?string $passed, ?string $every, int $now): ?int
    {
        $seconds = (int) $passed;
        return $seconds > 0 && $now - $seconds > LastPass::patience((int) $every) ? $seconds : null;
    }
}
