<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Icons;

/** The whole page between osTicket's head and foot: a pure function of the figures, and of who looks when. */
final class ReportHtml
{
    public static function page(View $view, string $note = ''): string
    {
        $list = $view->asked->list;
        return self::around($view, $note, match (true) {
            $list === null => self::parts($view),
            RegistryParts::has($list) => (new RegistryParts($view))->list($list),
            default => (new FiguredLists($view))->html($list),
        });
    }

    /** The page with a list that the figures do not hold. */
    public static function listed(View $view, string $list): string
    {
        return self::around($view, '', $list);
    }

    /** What stands there instead of figures. */
    public static function told(string $language, string $title, string $note): string
    {
        return Html::tag('div', ['class' => 'sla-report', 'lang' => $language], Html::text('h1', 'sla-r-title', $title), self::note($note));
    }

    private static function around(View $view, string $note, string $parts): string
    {
        return Html::tag(
            'div',
            ['class' => 'sla-report', 'lang' => $view->language],
            Icons::sprite(),
            (new ReportHead($view))->html(),
            $note === '' ? '' : self::note($note),
            (new ReportForm($view))->html(),
            $parts
        );
    }

    private static function note(string $note): string
    {
        return Html::tag('p', ['class' => 'sla-r-note', 'role' => 'status'], Icons::drawn('stale', 'sla-r-icon'), Html::text(
            'span',
            null,
            $note
        ));
    }

    private static function parts(View $view): string
    {
        $tables = new ComplianceTable($view);
        $breaches = new BreachTable($view);
        $further = new FurtherParts($view);
        return (new Tiles($view))->html()
            . implode('', array_map($tables->html(...), ['level', 'department', 'customer', 'agent']))
            . Html::tag('div', ['class' => 'sla-r-two'], (new MonthsChart($view))->html(), (new BacklogChart($view))->html())
            . (new HeatMap($view))->html()
            . $breaches->latest()
            . $further->html()
            . ($view->seesAll ? (new RegistryParts($view))->html() : '');
    }
}
