<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What the colours, patterns and marks of a picture mean: only those that it has. */
final class Legend
{
    private const OF_HOURS = ['counted', 'left', 'late', 'pause', 'off', 'due', 'now'];
    private const FLAG = '<path class="sla-flag" d="M2 1h2v14H2zM4 1h8L9 5l3 4H4z"/>';
    private const NOW = '<path class="sla-now" d="M7 1v9"/><path class="sla-now-point" d="M7 9l4.5 6h-9z"/>';
    private const OF_DAYS = ['passed', 'late', 'ahead', 'provisional', 'pause', 'day_off' => 'off', 'today', 'due'];

    /** @param array<string, true> $kinds */
    public static function ofHours(Situation $situation, Calendar $calendar, array $kinds): string
    {
        $entries = [];
        foreach (self::OF_HOURS as $kind) {
            if (isset($kinds[$kind])) {
                $drawn = ['due' => self::mark(self::FLAG), 'now' => self::mark(self::NOW)][$kind] ?? self::bar("sla-s-$kind");
                // What is stale ends at the last pass, and nobody knows of now.
                $entries[] = self::entry($situation, $kind === 'now' && $situation->view->isStale() ? 'as_of' : $kind, $drawn);
            }
        }
        return self::list($situation, $calendar, $entries);
    }

    /** @param array<string, true> $kinds */
    public static function ofDays(Situation $situation, Calendar $calendar, array $kinds): string
    {
        $entries = [];
        foreach (self::OF_DAYS as $word => $kind) {
            if (isset($kinds[$kind])) {
                $drawn = $kind === 'due' ? self::mark(self::FLAG) : self::bar("sla-l-$kind");
                $entries[] = self::entry($situation, is_string($word) ? $word : $kind, $drawn);
            }
        }
        return self::list($situation, $calendar, $entries);
    }

    /** The zone in people's words. */
    public static function zone(Words $words, string $zone): string
    {
        return $words->has("zones.$zone") ? $words->say("zones.$zone")
            : $words->say('legend.zone', ['zone' => str_replace('_', ' ', $zone)]);
    }

    /** @param list<string> $entries */
    private static function list(Situation $situation, Calendar $calendar, array $entries): string
    {
        $zone = Html::text('li', 'sla-zone', self::zone($situation->words, $calendar->zoneName));
        return Html::tag('ul', ['class' => 'sla-legend'], implode('', $entries), $zone);
    }

    private static function entry(Situation $situation, string $word, string $drawing): string
    {
        return Html::tag('li', [], $drawing, Html::text('span', null, $situation->words->say("legend.$word")));
    }

    private static function bar(string $class): string
    {
        return Html::drawing('sla-key', 22, 12, Html::tag('rect', ['class' => $class, 'x' => 1, 'y' => 1, 'width' => 20, 'height' => 10]));
    }

    private static function mark(string $drawing): string
    {
        return Html::drawing('sla-key', 14, 16, $drawing);
    }
}
