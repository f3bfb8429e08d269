<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Viewer;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Html;
use SlaBridge\Panel\Icons;
use SlaBridge\Panel\Words;

/**
 * The cell of the queues' one column of ours, as HTML: where the ticket's clock stands, when it is due, by which level. A list
 * does not tick, so it never says "outside hours". Everything that is not a constant of this class is escaped.
 */
final class Badge
{
    /** The filter of osTicket's queue columns that draws it. */
    public const FILTER = 'sla:badge';
    /** Columns of the narrow table. */
    public const SHOWS = ['state', 'level', 'due', 'since'];
    /** A ticket that no pass has looked at. */
    private const PENDING = 'pending';

    /** Once a page, with the panel's colours of the states; printed black on white, for browsers print no grounds. */
    private const STYLE = '<style>.sla-cell{display:block;font-size:11px;line-height:15px;font-variant-numeric:tabular-nums}'
        . '.sla-cell>*{display:block;max-width:97px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}'
        . '.sla-mark{display:inline-block;max-width:none;box-sizing:border-box;height:20px;line-height:18px;padding:0 3px;'
        . 'border:1px solid;border-radius:3px;font-weight:bold;vertical-align:top}'
        . '.sla-mark svg{width:11px;height:11px;margin-right:2px;vertical-align:-2px;fill:none;stroke:currentColor;stroke-width:1.6}'
        . '.sla-cell-level{color:#4a5762}'
        . '.sla-mark{color:#3c4852;background:#fff;border-color:#6b7a87}%s'
        . '@media print{.sla-mark[data-state]{color:#000;background:#fff;border-color:#000}.sla-cell-level{color:#000}'
        . '.sla-mark[data-state="overdue"],.sla-mark[data-state="at_risk"]{border-width:2px;line-height:16px}}</style>';

    private bool $isStyled = false;
    private readonly Words $words;

    public function __construct(
        string $language,
        private readonly ShortInstant $instants,
        private readonly LevelTitles $levels
    ) {
        $this->words = Words::in($language);
    }

    public static function forViewer(): self
    {
        $language = Viewer::language();
        return new self($language, new ShortInstant($language, Viewer::zone(), time()), LevelTitles::read($language));
    }

    /** @param array<string, mixed> $row state, level, due and since of the narrow table, whatever they hold */
    public function html(array $row): string
    {
        $state = self::word($row['state'] ?? null);
        $isKnown = $state === null || isset(ClockRow::GROUPS[$state]);
        $shape = $isKnown ? $state ?? self::PENDING : 'none';
        // A word of a later version is shown as it is: better than one that says something else.
        $word = $isKnown ? $this->words->say($state === null ? 'queue.pending' : "states.$state") : (string) $state;
        $style = $this->isStyled ? '' : sprintf(self::STYLE, Assets::colours());
        $this->isStyled = true;
        return $style . '<span class="sla-cell"><span class="sla-badge sla-mark" data-state="' . $shape . '">'
            . '<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">' . Icons::shape($shape) . '</svg>'
            . Html::escape($word) . '</span>' . $this->when($shape, $row) . $this->level($row) . '</span>';
    }

    /** @param array<string, mixed> $row */
    private function when(string $shape, array $row): string
    {
        $due = self::seconds($row['due'] ?? null);
        $since = self::seconds($row['since'] ?? null);
        $at = $due ?? $since;
        if ($at === null) {
            return '';
        }
        $text = $due === null && $this->words->has("queue.since.$shape")
            ? $this->words->say("queue.since.$shape", ['day' => $this->instants->day($at)]) : $this->instants->withTime($at);
        return '<time datetime="' . gmdate('Y-m-d\TH:i:s\Z', $at) . '">' . Html::escape($text) . '</time>';
    }

    /** @param array<string, mixed> $row */
    private function level(array $row): string
    {
        $key = self::word($row['level'] ?? null);
        if ($key === null) {
            return '';
        }
        $full = Html::escape($this->levels->full[$key] ?? $key);
        return "<span class=\"sla-cell-level\" title=\"$full\">" . Html::escape($this->levels->short[$key] ?? $key) . '</span>';
    }

    private static function word(mixed $value): ?string
    {
        return is_scalar($value) && (string) $value !== '' ? (string) $value : null;
    }

    /** Dates of the narrow table are UTC. */
    private static function seconds(mixed $stored): ?int
    {
        $seconds = is_string($stored) && $stored !== '' ? strtotime("$stored UTC") : false;
        return $seconds === false ? null : $seconds;
    }
}
