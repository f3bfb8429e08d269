<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Icons with a silhouette of their own, 16 by 16, drawn in the colour of the text; and the patterns of the pictures. */
final class Icons
{
    private const DRAWN = [
        'running' => '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.4V8l2.5 1.8"/>',
        'at_risk' => '<path d="M4 2h8M4 14h8M5 2.2c0 3.6 6 3.8 6 5.8s-6 2.2-6 5.8M11 2.2c0 3.6-6 3.8-6 5.8s6 2.2 6 5.8"/>'
            . '<path fill="currentColor" stroke="none" d="M6.4 12.8 8 10.6l1.6 2.2z"/>',
        'overdue' => '<path fill="currentColor" stroke="none" fill-rule="evenodd"'
            . ' d="M8 1 15.8 15H.2zM6.9 5.6 7.2 10.4h1.6l.3-4.8zM6.9 11.4v2.1h2.2v-2.1z"/>',
        'paused' => '<path fill="currentColor" stroke="none" d="M3.6 2.6h3v10.8h-3zM9.4 2.6h3v10.8h-3z"/>',
        'outside' => '<path fill="currentColor" stroke="none" d="M6.2 1.8A6.4 6.4 0 1 0 14.2 10 5.6 5.6 0 0 1 6.2 1.8z"/>',
        'met' => '<path d="M2.4 8.6 6.2 12.4 13.6 4" stroke-width="2.4"/>',
        'missed' => '<path d="M3.2 3.2 12.8 12.8M12.8 3.2 3.2 12.8" stroke-width="2.4"/>',
        'none' => '<circle cx="8" cy="8" r="6.2"/><path d="M4.6 8h6.8"/>',
        'pending' => '<path fill="currentColor" stroke="none" d="M1.6 6.7h2.6v2.6H1.6zM6.7 6.7h2.6v2.6H6.7zM11.8 6.7h2.6v2.6h-2.6z"/>',
        'limited' => '<path d="M8 2 14.8 14H1.2z" stroke-linejoin="round"/><path d="M8 6.2v3.6M8 11.2v1.2"/>',
        'refusable' => '<circle cx="8" cy="8" r="6.2"/><path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"/>',
        'unknown' => '<circle cx="8" cy="8" r="6.2"/><path d="M6 6.3c0-2.6 4-2.6 4 0 0 1.5-2 1.5-2 3.1M8 11v1.2"/>',
        'passed' => '<circle cx="8" cy="8" r="6.2"/><path d="M5.1 8.3l2.1 2.1 3.8-4.4"/>',
        'stale' => '<path d="M13.4 8a5.4 5.4 0 1 1-1.7-3.9M12.2 1.4v3.2H9"/>',
        'receipt' => '<path d="M3 1.6h7l3 3v9.8H3zM10 1.6v3h3M5.4 8h5.2M5.4 11h5.2"/>',
        'chevron' => '<path d="M3.4 6 8 10.6 12.6 6"/>',
    ];
    private const SAME = ['unregistered' => 'unknown', 'fail' => 'refusable', 'warn' => 'limited', 'pass' => 'passed'];

    public static function of(string $name, string $class): string
    {
        $name = self::SAME[$name] ?? $name;
        $use = Html::tag('use', ['href' => '#sla-icon-' . (isset(self::DRAWN[$name]) ? $name : 'unknown')]);
        return Html::drawing($class, 16, 16, $use);
    }

    /** What an icon is drawn of, for an SVG that strokes it in the colour of its text. */
    public static function shape(string $name): string
    {
        return self::DRAWN[$name] ?? self::DRAWN['unknown'];
    }

    /** One drawn where it stands, for a page that has no sprite. */
    public static function drawn(string $name, string $class): string
    {
        $name = self::SAME[$name] ?? $name;
        return Html::tag(
            'svg',
            ['class' => $class, 'viewBox' => '0 0 16 16', 'width' => 24, 'height' => 24, 'aria-hidden' => 'true', 'focusable' => 'false'],
            self::shape($name)
        );
    }

    /** All of them, once at the head of a panel; `display: none` would take the patterns away from those who use them. */
    public static function sprite(): string
    {
        $symbols = '';
        foreach (self::DRAWN as $name => $drawing) {
            $symbols .= Html::tag('symbol', ['id' => "sla-icon-$name", 'viewBox' => '0 0 16 16'], $drawing);
        }
        $ground = '<path class="sla-p-ground" d="M0 0h8v8H0z"/>';
        $patterns = self::pattern('late', 8, $ground . '<path class="sla-p-stroke" d="M-2-2 10 10M-2 6l4 4M6-2l4 4"/>')
            . self::pattern('pause', 8, $ground . '<path class="sla-p-stroke" d="M-2 10 10-2M-2 2l4-4M6 10l4-4"/>')
            . self::pattern('off', 5, '<path class="sla-p-dot" d="M1.5 1.5h1.2v1.2H1.5z"/>');
        return Html::drawing('sla-sprite', 0, 0, $symbols, Html::tag('defs', [], $patterns));
    }

    private static function pattern(string $name, int $size, string $drawing): string
    {
        return Html::tag('pattern', ['id' => "sla-pattern-$name", 'class' => "sla-pattern-$name", 'width' => $size, 'height' => $size,
            'patternUnits' => 'userSpaceOnUse'], $drawing);
    }
}
