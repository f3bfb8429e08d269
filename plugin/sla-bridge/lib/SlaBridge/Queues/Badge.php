<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Viewer;

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

    private const WORDS = [
        'ru' => ['running' => 'Идёт', 'at_risk' => 'Под угрозой', 'overdue' => 'Просрочено', 'paused' => 'На паузе',
            'met' => 'Выполнено', 'missed' => 'Нарушено', 'none' => 'Без срока', self::PENDING => 'Ждёт расчёта'],
        'en' => ['running' => 'Running', 'at_risk' => 'At risk', 'overdue' => 'Overdue', 'paused' => 'Paused',
            'met' => 'Met', 'missed' => 'Missed', 'none' => 'No SLA', self::PENDING => 'Not assessed'],
    ];
    /** What stands before the day where there is no deadline. No-break spaces: the day belongs to it. */
    private const SINCE = [
        'ru' => ['paused' => "ждём с\u{A0}", 'met' => "отвечено\u{A0}", 'missed' => "отвечено\u{A0}"],
        'en' => ['paused' => "since\u{A0}", 'met' => "answered\u{A0}", 'missed' => "answered\u{A0}"],
    ];
    /** Each state has a shape of its own: nobody has to tell colours apart. */
    private const ICONS = [
        'running' => '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.4V8l2.6 1.7"/>',
        'at_risk' => '<path d="M4 2h8M4 14h8M5 2c0 3.4 3 4 3 6s-3 2.6-3 6M11 2c0 3.4-3 4-3 6s3 2.6 3 6"/>',
        'overdue' => '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M8 1.2 15.5 14.5H.5zM7.1 6v4.2h1.8V6z'
            . 'M7.1 11.4v1.7h1.8v-1.7z"/>',
        'paused' => '<path fill="currentColor" stroke="none" d="M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z"/>',
        'met' => '<path stroke-width="2.2" d="m2.5 8.6 3.6 3.6 7.4-8.2"/>',
        'missed' => '<path stroke-width="2.2" d="m3.2 3.2 9.6 9.6M12.8 3.2l-9.6 9.6"/>',
        'none' => '<circle cx="8" cy="8" r="6.2"/><path d="M4.8 8h6.4"/>',
        self::PENDING => '<path fill="currentColor" stroke="none" d="M1.5 6.7h2.7v2.7H1.5zM6.7 6.7h2.7v2.7H6.7zM11.9 6.7h2.7v2.7h-2.7z"/>',
    ];
    /** Once a page. Text 4.5:1 and edges 3:1 against their grounds; printed black on white, for browsers print no grounds. */
    private const STYLE = '<style>.sla-cell{display:block;font-size:11px;line-height:15px;font-variant-numeric:tabular-nums}'
        . '.sla-cell>*{display:block;max-width:97px;overflow:hidden;text-overflow:ellipsis}'
        . '.sla-mark{display:inline-block;max-width:none;box-sizing:border-box;height:20px;line-height:18px;padding:0 4px;'
        . 'border:1px solid;border-radius:3px;font-weight:bold;vertical-align:top;white-space:nowrap}'
        . '.sla-mark svg{width:12px;height:12px;margin-right:3px;vertical-align:-2px;fill:none;stroke:currentColor;stroke-width:1.6}'
        . '.sla-cell-level{color:#4a5762;white-space:nowrap}'
        . '.sla-mark-running{color:#123f6b;background:#e1edf8;border-color:#4f83b6}'
        . '.sla-mark-at_risk{color:#3d2a00;background:#ffd27a;border-color:#a87400}'
        . '.sla-mark-overdue{color:#fff;background:#b3261e;border-color:#b3261e}'
        . '.sla-mark-paused{color:#22303c;background:#dfe5ea;border-color:#75828e}'
        . '.sla-mark-met{color:#0b3d17;background:#d7f0dc;border-color:#4f8a5d}'
        . '.sla-mark-missed{color:#8e1b14;background:#fff;border-color:#b3261e}'
        . '.sla-mark-none,.sla-mark-pending{color:#3c4852;background:#fff;border:1px dashed #6b7a87}'
        . '@media print{.sla-mark{color:#000;background:#fff;border-color:#000}.sla-cell-level{color:#000}'
        . '.sla-mark-overdue,.sla-mark-at_risk{border-width:2px;line-height:16px}}</style>';

    private bool $isStyled = false;

    public function __construct(
        private readonly string $language,
        private readonly ShortInstant $instants,
        private readonly LevelTitles $levels
    ) {
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
        $known = isset(self::WORDS['en'][$state ?? self::PENDING]);
        $shape = $known ? $state ?? self::PENDING : 'none';
        $word = self::WORDS[$this->language][$shape] ?? '';
        // A word of a later version is shown as it is: better than one that says something else.
        $word = $known ? $word : (string) $state;
        $style = $this->isStyled ? '' : self::STYLE;
        $this->isStyled = true;
        return $style . '<span class="sla-cell"><span class="sla-mark sla-mark-' . $shape . '">'
            . '<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">' . self::ICONS[$shape] . '</svg>'
            . self::escape($word) . '</span>' . $this->when($shape, $row) . $this->level($row) . '</span>';
    }

    /** @param array<string, mixed> $row */
    private function when(string $shape, array $row): string
    {
        $due = self::seconds($row['due'] ?? null);
        $since = self::seconds($row['since'] ?? null);
        $prefix = self::SINCE[$this->language][$shape] ?? null;
        $at = $due ?? $since;
        if ($at === null) {
            return '';
        }
        $text = $due === null && $prefix !== null ? $prefix . $this->instants->day($at) : $this->instants->withTime($at);
        return '<time datetime="' . gmdate('Y-m-d\TH:i:s\Z', $at) . '">' . self::escape($text) . '</time>';
    }

    /** @param array<string, mixed> $row */
    private function level(array $row): string
    {
        $key = self::word($row['level'] ?? null);
        if ($key === null) {
            return '';
        }
        $full = self::escape($this->levels->full[$key] ?? $key);
        return "<span class=\"sla-cell-level\" title=\"$full\">" . self::escape($this->levels->short[$key] ?? $key) . '</span>';
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

    private static function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
    }
}
