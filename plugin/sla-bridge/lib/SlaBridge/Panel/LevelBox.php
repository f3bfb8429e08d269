<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Which level the ticket has and why, why no other; who asks; who is in charge. */
final class LevelBox
{
    private const OTHERS_SHOWN = 1;

    private readonly View $view;
    private readonly Words $words;

    public function __construct(private readonly Situation $situation)
    {
        $this->view = $situation->view;
        $this->words = $situation->words;
    }

    public function html(): string
    {
        return Html::tag(
            'section',
            ['class' => 'sla-part sla-three'],
            $this->column('level', $this->level()),
            $this->column('customer', $this->customer()),
            $this->column('curator', $this->curator())
        );
    }

    private function column(string $name, string $inner): string
    {
        return Html::tag('div', ['class' => 'sla-column'], Html::text('h3', 'sla-caption', $this->words->say("panel.$name")), $inner);
    }

    private function level(): string
    {
        $level = Json::text($this->view->detail, 'level');
        $rule = Json::text($this->view->detail, 'rule');
        // With a deadline the reason only repeats the line.
        $isTold = $level !== null && $this->situation->state() !== 'none';
        $reason = $isTold ? null : Json::title($this->view->detail, $this->view->language, 'reason');
        return Html::text('p', 'sla-name', $this->situation->levelTitle($level) ?? $this->words->say('panel.no_level'))
            . ($reason === null ? '' : Html::text('p', null, $reason))
            . ($rule === null ? '' : Html::text('p', null, $this->words->say('panel.rule', ['rule' => $rule])))
            . $this->others();
    }

    private function others(): string
    {
        $told = [];
        foreach (Json::map($this->view->detail, 'why_not') as $gap) {
            $title = $this->situation->levelTitle(Json::text($gap, 'level'));
            $text = Json::title($gap, $this->view->language, 'text');
            if ($title !== null && $text !== null) {
                $told[] = $this->other($title, $text);
            }
        }
        if (!$told) {
            return '';
        }
        $first = implode('', array_slice($told, 0, self::OTHERS_SHOWN));
        $rest = array_slice($told, self::OTHERS_SHOWN);
        $link = isset($this->view->links['edit_level'])
            ? Html::tag('p', ['class' => 'sla-act'], Html::link($this->view->links['edit_level'], $this->words->say('panel.confirm'))) : '';
        if (!$rest) {
            return $first . $link;
        }
        $summary = $this->words->count('panel.more_why_not', count($rest));
        return $first . $link . Html::tag('details', ['class' => 'sla-more-levels'], Html::text('summary', 'sla-link', $summary), ...$rest);
    }

    private function other(string $title, string $text): string
    {
        // The bridge's sentence begins with the level, which the question has named.
        foreach ([$title . ': ', $title . ' '] as $before) {
            $text = str_starts_with($text, $before) ? substr($text, strlen($before)) : $text;
        }
        $text = mb_strtoupper(mb_substr($text, 0, 1)) . mb_substr($text, 1);
        $question = $this->words->say('panel.why_not', ['level' => $title]);
        return Html::tag('p', [], Html::text('b', null, $question), ' ' . Html::escape($text));
    }

    private function customer(): string
    {
        $customer = Json::map($this->view->detail, 'customer');
        $category = Json::text($customer, 'category');
        $name = Json::text($customer, 'name');
        $id = Json::text($customer, 'id');
        $known = $category !== 'unregistered' && ($name !== null || $id !== null);
        $title = match (true) {
            $known => (string) ($name ?? $id),
            $category === 'unregistered' => $this->words->say('panel.customer_missing'),
            default => $this->words->say('panel.customer_unknown'),
        };
        $parts = array_filter([
            $category === null || !$known ? null : $this->words->named('categories', $category),
            $known && $name !== null ? $id : null,
        ]);
        $asOf = $this->asOf();
        return Html::text('p', 'sla-name', $title)
            . ($parts ? Html::text('p', null, implode(' · ', $parts)) : '')
            . ($category === 'unregistered' ? Html::text('p', null, $this->words->say('panel.level_untouched')) : '')
            . ($asOf === null ? '' : Html::tag('p', ['class' => 'sla-small-text'], Html::fill(
                $this->words->say('panel.registry_as_of'),
                ['T' => $this->situation->instants->html($asOf)]
            )));
    }

    /** How old the registry's answer is: the newest of the ages that its checks name. */
    private function asOf(): ?int
    {
        $ages = array_map(static fn (mixed $check): ?int => Json::instant($check, 'as_of'), Json::map($this->view->detail, 'checks'));
        return $ages ? max($ages) : null;
    }

    private function curator(): string
    {
        $name = Json::text($this->view->detail, 'curator');
        $link = $name === null ? null : $this->view->links['assign'] ?? null;
        return Html::text('p', $name === null ? 'sla-none' : 'sla-name', $name ?? $this->words->say('panel.no_curator'))
            . ($link === null ? '' : Html::tag('p', ['class' => 'sla-act'], Html::link($link, $this->words->say('panel.assign'))));
    }
}
