<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The panel that agents see on top of a ticket: a pure function of what is stored, published, and of who looks when. */
final class Panel
{
    public static function html(View $view): string
    {
        $situation = new Situation($view);
        $prefix = 'sla-' . (int) $view->ticket['id'] . '-';
        $state = $situation->state();
        $isOpen = $state === 'overdue' || $situation->verdict() === 'refusable';
        return Html::tag(
            'div',
            ['class' => 'sla-panel', 'role' => 'region',
                'aria-label' => $situation->words->say('panel.label', ['number' => $view->ticket['number']]),
                'lang' => $situation->words->language, 'data-state' => $state],
            Icons::sprite(),
            (new Line($situation, $prefix))->html($isOpen),
            self::stale($situation),
            Html::tag('p', ['class' => 'sla-status sla-unseen', 'role' => 'status']),
            Html::tag('div', ['class' => 'sla-body', 'id' => $prefix . 'body', 'hidden' => !$isOpen], self::body($situation)),
            (new Blob($situation))->html()
        );
    }

    private static function body(Situation $situation): string
    {
        $view = $situation->view;
        $words = $situation->words;
        $notes = [];
        if ($view->detail !== null && Json::flag($view->detail, 'cut')) {
            $notes[] = $words->say('panel.cut');
        }
        if ($view->detail !== null && $view->published === null) {
            $notes[] = $words->say('panel.unpublished');
        }
        $told = implode('', array_map(static fn (string $one): string => Html::text('p', 'sla-part sla-note', $one), $notes));
        if ($view->detail === null) {
            return Html::text('p', 'sla-part sla-note', $words->say('panel.no_record'))
                . (new EarlierCycles($situation))->html() . self::articles($view) . (new Footer($situation))->html();
        }
        foreach ($situation->clocks as $index => $clock) {
            $told .= (new ClockSection($situation, $clock, $index))->html();
        }
        return $told
            . (new EarlierCycles($situation))->html()
            . (new LevelBox($situation))->html()
            . (new Obligations($situation))->html()
            . (new Checks($situation))->html()
            . (new Exceptions($situation))->html()
            . self::articles($view)
            . (new Footer($situation))->html();
    }

    /** Where articles that fit come once the panel is open: to look for them takes longer than to draw all of it. */
    private static function articles(View $view): string
    {
        $url = $view->links['articles'] ?? null;
        return $url === null ? ''
            : Html::tag('section', ['class' => 'sla-part sla-articles', 'data-src' => $url, 'hidden' => true]);
    }

    /** The note under the line; the script shows it once the page has stood too long. */
    private static function stale(Situation $situation): string
    {
        $view = $situation->view;
        $isStale = $view->isStale();
        $note = $view->lastPass === null ? '' : $situation->words->say('stale.note', [
            'time' => $situation->instants->brief($view->lastPass),
            'A' => $situation->amounts->of(max($view->now, (int) $view->staleFrom()) - $view->lastPass),
        ]);
        return Html::tag(
            'div',
            ['class' => 'sla-stale', 'hidden' => !$isStale],
            Icons::of('stale', 'sla-icon'),
            Html::text('span', 'sla-stale-words', $note),
            $note === '' ? '' : Html::text('span', 'sla-paper', $situation->words->say('stale.paper', [
                'T' => $situation->instants->absolute((int) $view->lastPass),
            ]))
        );
    }
}
