<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Why the ticket has no better level: the next one that its customer can have, all others folded. */
final class OtherLevels
{
    /** The input by which an agent sets the level itself: it undoes what somebody decided, and confirms nothing. */
    private const LEVEL_INPUT = 'sla_set_level';

    private readonly View $view;
    private readonly Words $words;

    public function __construct(private readonly Situation $situation)
    {
        $this->view = $situation->view;
        $this->words = $situation->words;
    }

    public function html(): string
    {
        $shown = '';
        $folded = [];
        foreach (Json::map($this->view->detail, 'why_not') as $gap) {
            $told = $this->other($gap);
            if ($told === '') {
                continue;
            }
            // The bridge puts the one that people ask for first; one of an older version does not say which is better.
            if ($shown === '' && !$folded && (!array_key_exists('better', $gap) || Json::flag($gap, 'better'))) {
                $shown = $told;
            } else {
                $folded[] = $told;
            }
        }
        if (!$folded) {
            return $shown;
        }
        $key = $shown === '' ? 'panel.other_levels' : 'panel.more_why_not';
        $summary = Html::text('summary', 'sla-link', $this->words->count($key, count($folded)));
        return $shown . Html::tag('details', ['class' => 'sla-more-levels'], $summary, ...$folded);
    }

    private function other(mixed $gap): string
    {
        $full = $this->situation->levelTitle(Json::text($gap, 'level'));
        $text = Json::title($gap, $this->view->language, 'text');
        if ($full === null || $text === null) {
            return '';
        }
        // The bridge's sentence begins with the level, which the question has named.
        foreach ([$full . ': ', $full . ' '] as $before) {
            $text = str_starts_with($text, $before) ? substr($text, strlen($before)) : $text;
        }
        $text = mb_strtoupper(mb_substr($text, 0, 1)) . mb_substr($text, 1) . (preg_match('/[.!?…]$/u', $text) ? '' : '.');
        $link = $this->link(Json::text($gap, 'input'));
        return Html::tag(
            'p',
            ['title' => Json::text($gap, 'at')],
            Html::text('b', null, $this->question($gap, $full)),
            ' ' . Html::escape($text),
            $link === '' ? '' : ' ' . Html::tag('span', ['class' => 'sla-act'], $link)
        );
    }

    private function question(mixed $gap, string $title): string
    {
        $title = $this->situation->levelTitle(Json::text($gap, 'level'), true) ?? $title;
        $target = Target::read(Json::text($gap, 'target') ?? '', null, null);
        $amount = $target->kind === 'days' ? $target->words($this->words) : $target->amount($this->words);
        return $amount === null || $amount === '' ? $this->words->say('panel.why_not', ['level' => $title])
            : $this->words->say('panel.why_not_in', ['level' => $title, 'target' => $amount]);
    }

    /** osTicket's own dialogue for the input that alone would bring the level. */
    private function link(?string $input): string
    {
        $url = $input === null ? null : $this->view->links["edit_$input"] ?? null;
        return $url === null ? '' : Html::link($url, $this->words->say($input === self::LEVEL_INPUT ? 'panel.change' : 'panel.confirm'));
    }
}
