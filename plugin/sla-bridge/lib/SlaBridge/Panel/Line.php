<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The line that is always seen: state, time, deadline, level, verdict. */
final class Line
{
    private readonly Words $words;

    public function __construct(private readonly Situation $situation, private readonly string $prefix)
    {
        $this->words = $situation->words;
    }

    public function html(bool $isOpen): string
    {
        $state = $this->situation->state();
        [$amount, $middle, $due, $at, $paper] = $this->told($state) + [4 => ''];
        return Html::tag(
            'div',
            ['class' => 'sla-line'],
            Html::tag(
                'button',
                ['type' => 'button', 'class' => 'sla-toggle', 'aria-expanded' => $isOpen ? 'true' : 'false',
                    'aria-controls' => $this->prefix . 'body'],
                Html::unseen($this->words->say('panel.details')),
                Icons::of('chevron', 'sla-chevron')
            ),
            self::badge($this->words, $state),
            Html::tag(
                'span',
                ['class' => 'sla-told'],
                Html::text('span', 'sla-amount', $amount),
                Html::tag('span', ['class' => 'sla-words'], $middle),
                Html::text('time', 'sla-due', $due, datetime: $at === null ? null : gmdate('Y-m-d\TH:i:s\Z', $at)),
                $paper === '' ? '' : Html::text('span', 'sla-paper', ' · ' . $paper),
                $this->more()
            ),
            $this->side()
        );
    }

    /** A state's badge: icon and word. */
    public static function badge(Words $words, string $state, ?string $text = null, string $class = ''): string
    {
        return Html::tag(
            'span',
            ['class' => trim('sla-badge ' . $class), 'data-state' => $state],
            Icons::of($state, 'sla-badge-icon'),
            Html::text('span', 'sla-badge-word', $text ?? $words->say("states.$state"))
        );
    }

    /** @return array{0: string, 1: string, 2: string, 3: ?int, 4?: string} amount, words after it (HTML), due, its instant, due on paper */
    private function told(string $state): array
    {
        $clock = $this->situation->main;
        if ($state === 'pending') {
            return ['', $this->pending(), '', null];
        }
        if ($state === 'none' || $clock === null) {
            return ['', (new Reason($this->situation))->html(), '', null];
        }
        if ($clock->isOpen()) {
            return $this->open($clock);
        }
        return $state === 'met' ? $this->met($clock) : $this->missed($clock);
    }

    /** @return array{0: string, 1: string, 2: string, 3: ?int, 4?: string} */
    private function open(Clock $clock): array
    {
        $instants = $this->situation->instants;
        $isStale = $this->situation->view->isStale();
        if ($clock->isPaused() && $clock->state !== 'overdue') {
            return $this->paused($clock, (int) $clock->waitingSince());
        }
        if ($clock->dueAt === null) {
            return ['', '', '', null];
        }
        $mark = $this->provisional($clock);
        $due = $this->words->say("line.$clock->state.due", ['T' => $mark . $instants->at($clock->dueAt)]);
        $paper = $this->words->say("line.$clock->state.due", ['T' => $mark . $instants->absolute($clock->dueAt)]);
        if ($isStale) {
            return [$due, Html::escape($this->words->say('line.not_shown')), '', $clock->dueAt, $paper];
        }
        if (!$clock->isPaused()) {
            return ['', '', $due, $clock->dueAt, $paper];
        }
        // What stands still may be told without a script.
        $late = $this->situation->reckoning($clock)?->lateInWords($this->situation->amounts);
        $amount = $late === null ? '' : $this->words->say('line.overdue_paused.amount', ['A' => $late]);
        return [$amount, Html::escape($this->words->say('line.overdue_paused.words')), $due, $clock->dueAt, $paper];
    }

    /** @return array{0: string, 1: string, 2: string, 3: ?int, 4?: string} */
    private function paused(Clock $clock, int $since): array
    {
        $left = $this->situation->reckoning($clock)?->leftInWords($this->situation->amounts);
        $days = $this->situation->reckoning($clock)?->daysLeft()[0] ?? 0;
        $amount = match (true) {
            $left === null => '',
            $days > 0 => $this->words->count('line.will_be_left_days', $days, ['A' => $left]),
            default => $this->words->say('line.paused.amount', ['A' => $left]),
        };
        $due = $this->words->say('line.paused.due', ['S' => $this->situation->instants->since($since)]);
        $paper = $this->words->say('line.paused.due', ['S' => $this->situation->instants->absolute($since)]);
        return [$amount, $left === null ? '' : Html::escape($this->words->say('line.paused.words')), $due, $since, $paper];
    }

    /** @return array{0: string, 1: string, 2: string, 3: ?int, 4?: string} */
    private function met(Clock $clock): array
    {
        $took = $clock->anchorSeconds;
        $amount = $took === null ? '' : $this->words->say('line.met.amount', ['A' => $this->situation->amounts->of($took)]);
        $target = $clock->target->amount($this->words);
        $key = ['working' => 'line.met.words', 'days' => 'line.met_in_days'][$clock->target->kind] ?? 'line.met_in_calendar_time';
        $words = $target === null || $took === null ? '' : $this->words->say($key, ['B' => $target]);
        return [$amount, Html::escape($words), ...$this->ended($clock, 'line.met.due', (int) $clock->stoppedAt)];
    }

    /** @return array{0: string, 1: string, 2: string, 3: ?int, 4?: string} */
    private function missed(Clock $clock): array
    {
        $late = $this->situation->overInWords($clock);
        $amount = $late === null ? '' : $this->words->say('line.missed.amount', ['A' => $late]);
        $isTime = $late === $this->situation->amounts->of((int) $this->situation->over($clock));
        $words = $late === null || !$isTime || $clock->target->kind === 'calendar' ? '' : $this->words->say('line.missed.words');
        return [$amount, Html::escape($words), ...$this->ended($clock, 'line.missed.due', $clock->dueAt ?? (int) $clock->stoppedAt)];
    }

    /** @return array{string, int, string} */
    private function ended(Clock $clock, string $key, int $at): array
    {
        $instants = $this->situation->instants;
        $end = (int) $clock->stoppedAt;
        $word = ['end' => $this->words->say('end.' . $clock->end())];
        return [
            $this->words->say($key, $word + ['T' => $instants->at($at), 'E' => $instants->after($at, $end)]),
            $at,
            $this->words->say($key, $word + ['T' => $instants->absolute($at), 'E' => $instants->absolute($end)]),
        ];
    }

    private function pending(): string
    {
        $created = $this->situation->view->ticket['created_at'];
        $age = max(0, $this->situation->view->now - $created);
        return match (true) {
            $age < 60 => Html::escape($this->words->say('pending.now')),
            $age < 86400 => Html::escape($this->words->say('pending.line', ['A' => $this->situation->amounts->of($age)])),
            default => Html::fill($this->words->say('pending.since'), ['T' => $this->situation->instants->html($created)]),
        };
    }

    private function provisional(Clock $clock): string
    {
        return $clock->provisional ? $this->words->say('provisional.mark') . "\u{a0}" : '';
    }

    /** How many clocks run beside the one that the line is about. */
    private function more(): string
    {
        $others = array_filter($this->situation->clocks, fn (Clock $one): bool => $one->isOpen() && $one !== $this->situation->main);
        return $others ? Html::text('span', 'sla-more', $this->words->count('line.more', count($others))) : '';
    }

    private function side(): string
    {
        $level = Json::text($this->situation->view->detail, 'level');
        $verdict = $this->situation->verdict();
        $short = $this->situation->levelTitle($level, true);
        return Html::tag(
            'span',
            ['class' => 'sla-side'],
            $short === null ? '' : Html::text('span', 'sla-level', $short, title: $this->situation->levelTitle($level)),
            $verdict === null ? '' : Html::tag(
                'span',
                ['class' => 'sla-verdict', 'data-verdict' => $verdict],
                Icons::of($verdict, 'sla-icon'),
                Html::text('span', null, $this->words->say("verdicts.$verdict"))
            )
        );
    }
}
