<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Html;

/** The ways on from a page of a list, and back to the report. Pure. */
final class Paging
{
    /** @param int $all how many can be turned to; `$known`: how many there are */
    public static function html(View $view, string $list, int $all, int $known): string
    {
        $words = $view->words;
        $pages = max(1, intdiv($all + FiguredLists::A_PAGE - 1, FiguredLists::A_PAGE));
        $page = min($view->asked->page, $pages);
        $links = '';
        foreach (['earlier' => $page - 1, 'later' => $page + 1] as $way => $number) {
            $isThere = $number >= 1 && $number <= $pages;
            $links .= $isThere ? Html::tag('li', [], Html::link(
                $view->url(['list' => $list, 'p' => $number]),
                $words->say("report.list.$way")
            )) : '';
        }
        $told = $pages > 1 ? Html::text('li', null, $words->say('report.list.page', ['n' => $page, 'of' => $pages])) : '';
        $cut = $known > $all ? Html::text('p', 'sla-r-how', $words->count('report.list.first', $all)) : '';
        return $cut . Html::tag(
            'ul',
            ['class' => 'sla-r-paging', 'aria-label' => $words->say('report.list.pages')],
            $told,
            $links,
            Html::tag(
                'li',
                [],
                self::link($view)
            )
        );
    }

    public static function back(View $view): string
    {
        return Html::tag('p', ['class' => 'sla-r-more'], self::link($view));
    }

    private static function link(View $view): string
    {
        return Html::link($view->url(), $view->words->say('report.list.back'));
    }
}
