<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;

/** A table of the page; in narrow windows each row is a card whose cells say their heading themselves. Pure. */
final class Table
{
    /**
     * @param string $caption what a reader is told that the table is; the heading above says it to those who see
     * @param array<string, string> $heads class of a column => its heading, as text; the first names the row
     * @param list<list<string>> $rows cells in the order of the headings, as HTML
     * @param string $foot rows that are HTML already
     */
    public static function html(string $class, string $caption, array $heads, array $rows, string $foot = ''): string
    {
        $classes = array_keys($heads);
        $body = '';
        foreach ($rows as $cells) {
            $body .= self::row($classes, array_values($heads), $cells);
        }
        $tops = implode('', array_map(
            static fn (string $kind, string $head): string => Html::text('th', $kind, $head, scope: 'col'),
            $classes,
            array_values($heads)
        ));
        return Html::tag(
            'table',
            ['class' => "sla-r-table $class"],
            Html::text('caption', 'sla-unseen', $caption),
            '<colgroup>' . implode('', array_map(static fn (string $kind): string => "<col class=\"$kind\"/>", $classes)) . '</colgroup>',
            Html::tag('thead', [], Html::tag('tr', [], $tops)),
            Html::tag('tbody', [], $body),
            $foot === '' ? '' : Html::tag('tfoot', [], $foot)
        );
    }

    /**
     * @param list<string> $classes
     * @param list<string> $heads
     * @param list<string> $cells HTML; the first one heads the row
     */
    public static function row(array $classes, array $heads, array $cells, string $class = ''): string
    {
        $html = '';
        foreach ($cells as $index => $cell) {
            $attributes = ['class' => $classes[$index] ?? null, 'data-label' => $heads[$index] ?? null];
            $html .= $index === 0 ? Html::tag('th', $attributes + ['scope' => 'row'], $cell) : Html::tag('td', $attributes, $cell);
        }
        return Html::tag('tr', ['class' => $class === '' ? null : $class], $html);
    }

    /** A section with its heading. @param string $note text beside it; the parts are HTML */
    public static function section(string $id, string $title, string $note, string ...$parts): string
    {
        $beside = $note === '' ? '' : Html::text('span', 'sla-r-beside', $note);
        return Html::tag(
            'section',
            ['class' => 'sla-r-part', 'aria-labelledby' => "sla-r-$id"],
            Html::tag('div', ['class' => 'sla-r-heading'], Html::text('h2', null, $title, id: "sla-r-$id"), $beside),
            ...$parts
        );
    }

    /** What a section is when there is nothing in it: one line. */
    public static function none(string $text): string
    {
        return Html::text('p', 'sla-r-none', $text);
    }
}
