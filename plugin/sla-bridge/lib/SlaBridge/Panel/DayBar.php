<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The bar of one day, as SVG: it prints where backgrounds do not. Hidden from readers, because its numbers stand beside it. */
final class DayBar
{
    private const HEIGHT = 28;
    private const TOP = 7;
    private const THICK = 14;

    /**
     * @param list<array{string, int, int}> $spans
     * @param array{due?: ?int, now?: ?int} $marks
     */
    public static function html(DayAxis $axis, string $date, array $spans, array $marks): string
    {
        $drawn = '';
        $lastEnd = 0.0;
        $off = '';
        foreach ($spans as [$kind, $from, $to]) {
            $x = $axis->percent($date, $from);
            $end = $axis->end($date, $to);
            $off .= self::rect('off', $lastEnd, $x);
            $drawn .= self::rect($kind, $x, $end);
            $lastEnd = $end;
        }
        $off .= self::rect('off', $lastEnd, 100.0);
        $ticks = '';
        foreach ($axis->ticks() as [$x]) {
            $ticks .= Html::tag('line', ['class' => 'sla-tick', 'x1' => "$x%", 'x2' => "$x%", 'y1' => 3, 'y2' => self::HEIGHT - 3]);
        }
        return Html::drawing(
            'sla-bar',
            '100%',
            self::HEIGHT,
            Html::tag('rect', ['class' => 'sla-rail', 'x' => 0, 'width' => '100%', 'y' => self::TOP, 'height' => self::THICK]),
            $off,
            $ticks,
            $drawn,
            isset($marks['now']) ? self::now($axis->percent($date, $marks['now'])) : '',
            isset($marks['due']) ? self::flag($axis->percent($date, $marks['due'])) : ''
        );
    }

    private static function rect(string $kind, float $from, float $to): string
    {
        if ($to - $from < 0.05 || $kind === 'free') {
            return '';
        }
        $width = round($to - $from, 3);
        $attributes = ['class' => "sla-s-$kind", 'x' => "$from%", 'width' => "$width%", 'y' => self::TOP, 'height' => self::THICK];
        return Html::tag('rect', $attributes);
    }

    /** A mark at its place; it may reach out of the bar, never out of sight. */
    private static function flag(float $x): string
    {
        $drawing = $x > 90 ? 'M-1 1h2v26h-2zM-1 1v8h-8l3-4-3-4z' : 'M-1 1h2v26h-2zM1 1v8h8L6 5l3-4z';
        return self::mark($x, Html::tag('path', ['class' => 'sla-flag', 'd' => $drawing]));
    }

    private static function now(float $x): string
    {
        return self::mark($x, Html::tag('path', ['class' => 'sla-now', 'd' => 'M0 1v22']) .
            Html::tag('path', ['class' => 'sla-now-point', 'd' => 'M0 21l4.5 6.5h-9z']));
    }

    private static function mark(float $x, string $drawing): string
    {
        return Html::tag('svg', ['x' => "$x%", 'width' => 1, 'height' => self::HEIGHT, 'overflow' => 'visible'], $drawing);
    }
}
