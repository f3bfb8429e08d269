<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** One clock opened: what it measures, its figures, and the picture of its days. */
final class ClockSection
{
    private readonly Words $words;
    private readonly Instants $instants;
    private readonly ?Reckoning $reckoning;

    public function __construct(
        private readonly Situation $situation,
        private readonly Clock $clock,
        private readonly int $index
    ) {
        $this->words = $situation->words;
        $this->instants = $situation->instants;
        $this->reckoning = $situation->reckoning($clock);
    }

    public function html(): string
    {
        return Html::tag(
            'section',
            ['class' => 'sla-part sla-clock', 'data-clock' => $this->index],
            Html::tag(
                'div',
                ['class' => 'sla-head'],
                Html::text('h3', 'sla-title', $this->situation->metricTitle($this->clock->metric)),
                Html::text('span', 'sla-sub', $this->subtitle()),
                $this->clock === $this->situation->main ? '' : Line::badge($this->words, $this->clock->state, $this->state(), 'sla-small')
            ),
            Html::tag('dl', ['class' => 'sla-figures'], ...array_map($this->figure(...), $this->figures())),
            $this->clock === $this->situation->main ? (new ReadyReplies($this->situation))->html() : '',
            $this->cause(),
            $this->picture(),
            $this->provisional()
        );
    }

    /** The ticket may have a deadline although this clock has been called off. */
    private function state(): ?string
    {
        return $this->clock->isCancelled() ? $this->words->say('earlier.cancelled') : null;
    }

    private function subtitle(): string
    {
        $parts = [$this->clock->target->words($this->words)];
        if ($this->clock->target->kind === 'days') {
            $parts[0] .= ' ' . $this->words->say('clock.since', ['date' => $this->instants->day($this->clock->startedAt)]);
        }
        if ($this->clock->cycle > 1) {
            array_unshift($parts, $this->words->say('clock.cycle', ['n' => $this->clock->cycle]));
        }
        if ($this->clock->level !== null && $this->clock->level !== Json::text($this->situation->view->detail, 'level')) {
            $parts[] = (string) $this->situation->levelTitle($this->clock->level, true);
        }
        return implode(' · ', array_filter($parts, static fn (string $one): bool => $one !== ''));
    }

    /** @return list<array{string, string, string, string}> caption, class of the value, value (HTML), what stands behind it (text) */
    private function figures(): array
    {
        $clock = $this->clock;
        $figures = [$this->due()];
        if ($clock->stoppedAt !== null && !$clock->isCancelled()) {
            $figures[] = [$this->words->say('clock.stopped.' . $clock->end()), '', $this->instant($clock->stoppedAt), ''];
        }
        $figures[] = $this->spent();
        if ($clock->isOpen()) {
            array_push($figures, $this->left(), $this->late());
        } elseif ($clock->state === 'missed' && $clock->lateSeconds !== null) {
            $figures[] = [$this->words->say('clock.over'), '', Html::escape($this->situation->overInWords($clock)), ''];
        }
        if ($clock->riskAt !== null && $clock->state === 'running') {
            $figures[] = [$this->words->say('clock.risk'), '', $this->instant($clock->riskAt), ''];
        }
        $paused = $clock->pauses ? (int) $this->reckoning?->paused() : 0;
        if ($paused > 0) {
            $figures[] = [$this->words->say('clock.paused'), '', Html::escape($this->situation->amounts->of($paused)), ''];
        }
        return array_values(array_filter($figures));
    }

    /** @return array{string, string, string, string} */
    private function due(): array
    {
        $clock = $this->clock;
        if ($clock->dueAt === null) {
            $since = $clock->waitingSince();
            return $since === null
                ? [$this->words->say('clock.due'), '', Html::escape($this->words->say('panel.none')), '']
                : [$this->words->say('clock.waiting'), '', $this->instant($since), ''];
        }
        $mark = $clock->provisional ? Html::tag(
            'span',
            ['class' => 'sla-about'],
            Html::text('span', null, $this->words->say('provisional.mark')),
            Html::unseen($this->words->say('provisional.word'))
        ) . ' ' : '';
        return [$this->words->say('clock.due'), '', $mark . $this->instant($clock->dueAt), ''];
    }

    /** @return ?array{string, string, string, string} */
    private function spent(): ?array
    {
        $clock = $this->clock;
        if ($clock->isCancelled()) {
            return null;
        }
        $target = $clock->target->amount($this->words);
        $of = $target === null ? '' : $this->words->say('clock.of', ['B' => $target]);
        if ($this->reckoning?->numbersDays()) {
            $passed = $this->reckoning->weekDays()->passed();
            return [$this->words->say('clock.passed'), '', Html::escape((string) $passed), $of];
        }
        $worked = $this->reckoning?->worked() ?? ($clock->isOpen() && !$clock->isPaused() ? null : $clock->anchorSeconds);
        if ($worked === null || ($clock->target->kind === 'days' && $clock->isOpen())) {
            return null;
        }
        return [$this->words->say('clock.worked'), 'sla-worked', Html::escape($this->situation->amounts->spent($worked)), $of];
    }

    /** @return ?array{string, string, string, string} */
    private function left(): ?array
    {
        $left = $this->stands() ? $this->reckoning?->leftInWords($this->situation->amounts) : null;
        $caption = $this->words->say($this->clock->isPaused() ? 'clock.left_later' : 'clock.left');
        return $left === null ? null : [$caption, 'sla-left', Html::escape($left), ''];
    }

    /** There, and hidden, before the deadline too: the script shows it when that passes. @return ?array{string, string, string, string} */
    private function late(): ?array
    {
        $isLate = $this->clock->state === 'overdue';
        if ($this->reckoning === null || !$this->stands() || (!$isLate && $this->clock->isPaused())) {
            return null;
        }
        $late = $isLate ? $this->reckoning->lateInWords($this->situation->amounts) : null;
        return [$this->words->say('clock.late'), 'sla-late', Html::escape($late), ''];
    }

    /** Whether what is left can be told: a stale page does not know, but what is paused stands. */
    private function stands(): bool
    {
        return $this->clock->isPaused() || !$this->situation->view->isStale();
    }

    private function instant(int $at): string
    {
        return Instants::time($at, $this->instants->absolute($at));
    }

    /** @param array{string, string, string, string} $figure */
    private function figure(array $figure): string
    {
        [$caption, $class, $value, $behind] = $figure;
        return Html::tag(
            'div',
            ['class' => 'sla-figure', 'hidden' => $value === ''],
            Html::text('dt', null, $caption),
            Html::tag(
                'dd',
                [],
                Html::tag('b', ['class' => $class === '' ? null : $class], $value),
                $behind === '' ? '' : ' ' . Html::text('span', 'sla-of', $behind)
            )
        );
    }

    private function cause(): string
    {
        $cause = $this->clock->cause;
        if ($cause === null) {
            return '';
        }
        return Html::text('p', 'sla-note', $this->words->say('clock.cause', ['cause' => $this->words->named('causes', $cause)]));
    }

    private function picture(): string
    {
        $calendar = $this->reckoning?->calendar;
        $isTold = $this->clock->isOpen() || ($this->clock->pauses !== null && !$this->clock->isCancelled());
        if ($calendar === null || !$isTold || $this->reckoning->to <= $calendar->from) {
            return '';
        }
        if ($calendar->time->isEmpty()) {
            return Html::text('p', 'sla-note', $this->words->say('panel.no_windows'));
        }
        if ($this->clock->target->kind === 'days') {
            return $this->reckoning->numbersDays() ? (new WeekTable($this->situation, $this->reckoning))->html() : '';
        }
        return (new HoursTable($this->situation, $this->reckoning))->html();
    }

    private function provisional(): string
    {
        if (!$this->clock->provisional || !$this->clock->isOpen()) {
            return '';
        }
        $from = $this->reckoning?->calendar->provisionalFrom;
        $why = $from === null ? $this->words->say('provisional.plain') : $this->words->say('provisional.days', [
            'year' => $this->reckoning->calendar->local($from)->format('Y'),
            'date' => $this->instants->dateIn($this->reckoning->calendar, $from),
        ]);
        return Html::tag(
            'p',
            ['class' => 'sla-provisional'],
            Html::text('b', null, $this->words->say('provisional.mark') . ' ' . $this->words->say('provisional.head')),
            ' ' . Html::escape($why . ' ' . $this->words->say('provisional.later'))
        );
    }
}
