<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Where an answer is due or a customer is waited for: the ready replies that the page's script puts into osTicket's editor. */
final class ReadyReplies
{
    private const FACTS = 'facts';

    public function __construct(private readonly Situation $situation)
    {
    }

    /** The list under the figures of the clock that the line is about; empty where none fits. */
    public function html(): string
    {
        $fitting = $this->fitting();
        if (!$fitting) {
            return '';
        }
        $words = $this->situation->words;
        $first = $fitting[0]['language'];
        $isFirst = static fn (array $one): bool => $one['language'] === $first;
        $others = self::list(array_filter($fitting, static fn (array $one): bool => !$isFirst($one)), $first === 'ru' ? 'en' : 'ru');
        return Html::tag(
            'details',
            ['class' => 'sla-act sla-replies'],
            Html::text('summary', 'sla-link', $words->say('replies.insert')),
            self::list(array_filter($fitting, $isFirst), $first),
            $others === '' ? '' : Html::tag('details', [], Html::text('summary', 'sla-link', $words->say('replies.others')), $others),
            Html::text('p', 'sla-small-text', $words->say('replies.hint')),
            Html::tag('p', ['class' => 'sla-small-text sla-replies-told', 'role' => 'status',
                'data-done' => $words->say('replies.done'), 'data-failed' => $words->say('replies.failed')])
        );
    }

    /** The one that asks for what a request lacks, beside the check that missed it. */
    public function forFacts(): string
    {
        foreach ($this->fitting() as $offer) {
            if ($offer['key'] === self::FACTS) {
                $text = $this->situation->words->say('replies.insert');
                return ' ' . Html::tag('span', ['class' => 'sla-act'], self::button($offer['id'], $text, $offer['title']));
            }
        }
        return '';
    }

    /** @return list<array{id: int, key: string, language: string, title: string, states: list<string>}> */
    private function fitting(): array
    {
        $clock = $this->situation->main;
        if ($clock === null || !$clock->isOpen() || $this->situation->state() === 'none') {
            return [];
        }
        // Outside working hours a clock runs on as one that runs; one that is late says so in a pause, too.
        $states = [$clock->state === 'outside' ? 'running' : $clock->state, ...($clock->isPaused() ? ['paused'] : [])];
        return array_values(array_filter(
            $this->situation->view->replies,
            static fn (array $one): bool => (bool) array_intersect($states, $one['states'])
        ));
    }

    /** @param array<array{id: int, title: string}> $offers */
    private static function list(array $offers, string $language): string
    {
        $items = array_map(static fn (array $one): string => Html::tag('li', [], self::button($one['id'], $one['title'])), $offers);
        return $items ? Html::tag('ul', ['class' => 'sla-replies-list', 'lang' => $language], ...$items) : '';
    }

    private static function button(int $id, string $text, ?string $title = null): string
    {
        $attributes = ['type' => 'button', 'class' => 'sla-reply', 'data-reply' => $id, 'title' => $title];
        return Html::tag('button', $attributes, Html::escape($text));
    }
}
