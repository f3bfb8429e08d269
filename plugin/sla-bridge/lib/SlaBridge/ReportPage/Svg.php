<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;

/** Pieces of the charts: pictures that have a name, a description and a table beside them. Pure. */
final class Svg
{
    /** A picture that says something itself. @param string $id of its own on the page; the drawing is HTML already */
    public static function chart(string $id, int $width, int $height, string $title, string $desc, string ...$drawing): string
    {
        return Html::tag(
            'svg',
            ['class' => "sla-r-chart sla-r-chart-$id", 'viewBox' => "0 0 $width $height", 'width' => $width, 'height' => $height,
                'role' => 'img', 'aria-labelledby' => "sla-r-t-$id sla-r-d-$id", 'focusable' => 'false'],
            Html::text('title', null, $title, id: "sla-r-t-$id"),
            Html::text('desc', null, $desc, id: "sla-r-d-$id"),
            ...$drawing
        );
    }

    public static function rect(string $class, float $x, float $y, float $width, float $height): string
    {
        return Html::tag('rect', ['class' => $class, 'x' => self::n($x), 'y' => self::n($y), 'width' => self::n($width),
            'height' => self::n($height)]);
    }

    public static function line(string $class, float $x1, float $y1, float $x2, float $y2): string
    {
        return Html::tag('line', ['class' => $class, 'x1' => self::n($x1), 'y1' => self::n($y1), 'x2' => self::n($x2),
            'y2' => self::n($y2)]);
    }

    /** @param 'start'|'middle'|'end' $anchor */
    public static function text(string $class, float $x, float $y, string $text, string $anchor = 'middle'): string
    {
        return Html::text('text', $class, $text, ...['x' => self::n($x), 'y' => self::n($y), 'text-anchor' => $anchor]);
    }

    /** What a colour or pattern means, beside the words that say it. */
    public static function swatch(string $class): string
    {
        return Html::drawing('sla-r-swatch', 18, 10, self::rect($class, 0.5, 0.5, 17, 9));
    }

    /** A table beside a picture, closed. @param string $label of the summary */
    public static function beside(string $label, string $table): string
    {
        return Html::tag('details', ['class' => 'sla-r-data'], Html::text('summary', null, $label), Html::tag(
            'div',
            ['class' => 'sla-r-scroll', 'tabindex' => 0, 'role' => 'region', 'aria-label' => $label],
            $table
        ));
    }

    public static function n(float $number): string
    {
        return rtrim(rtrim(number_format($number, 2, '.', ''), '0'), '.');
    }
}
