<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What the customer sees of his ticket, and only as far as the agreement lets him: level, state, deadline. */
final class Portal
{
    private readonly Words $words;
    private readonly ?Clock $clock;
    private readonly bool $showsState;
    private readonly bool $showsDue;

    private function __construct(private readonly Situation $situation, private readonly array $show)
    {
        $this->words = $situation->words;
        $this->clock = $situation->main;
        $this->showsState = in_array('state', $show, true);
        $this->showsDue = in_array('due', $show, true);
    }

    public static function html(View $view): string
    {
        $show = Json::map($view->published, 'portal', 'show');
        return $show && $view->detail !== null ? (new self(new Situation($view), $show))->block() : '';
    }

    private function block(): string
    {
        [$look, $heading, $sentences] = $this->told();
        $level = $this->level();
        if ($heading === '' && $level === '') {
            return '';
        }
        $heading = $heading === '' ? $this->words->say('portal.level_only') : $heading;
        return Html::tag(
            'div',
            ['class' => 'sla-portal', 'lang' => $this->words->language, 'data-look' => $look],
            Icons::drawn($look, 'sla-portal-icon'),
            Html::tag(
                'div',
                [],
                Html::tag('p', ['class' => 'sla-portal-title'], $heading),
                implode('', array_map(static fn (string $one): string => Html::tag('p', [], $one), $sentences)),
                $level,
                $look === 'paused' ? $this->reply() : ''
            )
        );
    }

    /** @return array{string, string, list<string>} look, heading and sentences, both HTML */
    private function told(): array
    {
        $state = $this->situation->state();
        if ($this->situation->view->ticket['merged_into'] ?? null) {
            return ['none', $this->showsState ? Html::escape($this->words->say('portal.merged')) : '', []];
        }
        $clock = $this->clock;
        if ($clock === null || $state === 'none') {
            return ['none', '', []];
        }
        return match (true) {
            !$clock->isOpen() => $this->ended($clock),
            $clock->isPaused() => $this->paused($clock),
            $clock->state === 'overdue' => $this->overdue($clock),
            default => $this->running($clock),
        };
    }

    /** @return array{string, string, list<string>} */
    private function running(Clock $clock): array
    {
        $view = $this->situation->view;
        // A deadline that has passed since the last pass may have been met: nothing is said before the bridge has looked.
        if (!$this->showsDue || $clock->dueAt === null || $clock->dueAt < $view->now) {
            return $this->showsState ? ['running', Html::escape($this->words->say('portal.state_running')), []] : ['running', '', []];
        }
        $calendar = $this->situation->calendar($clock);
        $sentences = [];
        if ($calendar !== null) {
            $opens = $calendar->time->isOpen($view->now) ? null : $calendar->time->opens($view->now);
            $sentences[] = $opens !== null && $opens < $clock->dueAt
                ? Html::fill($this->words->say('portal.outside'), ['T' => $this->instant($opens)]) . ' ' . $this->zone()
                : Html::escape($this->hours($calendar));
        } else {
            $sentences[] = $this->zone();
        }
        if ($clock->provisional) {
            $from = $calendar?->provisionalFrom;
            $sentences[] = Html::escape($from === null ? $this->words->say('portal.provisional_plain')
                : $this->words->say('portal.provisional', ['year' => $calendar->local($from)->format('Y')]));
        }
        $unregistered = Json::text($view->detail, 'customer', 'category') === 'unregistered';
        if ($unregistered) {
            $sentences[] = Html::escape($this->words->say('portal.unregistered'));
        }
        $isOutside = isset($opens);
        return [$unregistered ? 'unknown' : ($isOutside ? 'outside' : 'running'), $this->promised($clock, (int) $clock->dueAt), $sentences];
    }

    /** „Ответим до 12:35 сегодня, 5 ноября“; of a target in working days the day alone. */
    private function promised(Clock $clock, int $due): string
    {
        $near = $this->situation->instants->nearness($due);
        $what = $clock->end() === 'answer' ? 'due' : 'done';
        $key = match (true) {
            $clock->target->kind === 'days' => $what . '_day',
            $near === 'today' || $near === 'tomorrow' => "{$what}_$near",
            default => $what,
        };
        $words = $this->words->say("portal.$key", ['time' => $this->situation->instants->parts($due)['time'], 'day' => $this->day($due)]);
        return Instants::time($due, $words);
    }

    /** @return array{string, string, list<string>} */
    private function paused(Clock $clock): array
    {
        if (!$this->showsState) {
            return ['paused', '', []];
        }
        $reckoning = $this->situation->reckoning($clock);
        $left = $this->showsDue && !$this->situation->view->isStale() ? $reckoning?->leftInWords($this->situation->amounts) : null;
        $key = match (true) {
            $left === null => 'paused_plain',
            $clock->target->kind === 'working' => 'paused_text',
            default => 'paused_text_days',
        };
        $sentence = Html::escape($this->words->say("portal.$key", ['A' => (string) $left]));
        return ['paused', Html::escape($this->words->say('portal.paused')), [$sentence]];
    }

    /** @return array{string, string, list<string>} */
    private function overdue(Clock $clock): array
    {
        if (!$this->showsState) {
            return ['running', '', []];
        }
        if ($this->situation->view->isStale()) {
            return ['running', Html::escape($this->words->say('portal.state_running')), []];
        }
        $done = $clock->end() === 'answer' ? '' : '_done';
        $text = $this->showsDue && $clock->dueAt !== null
            ? Html::fill($this->words->say("portal.overdue{$done}_text"), [
                'T' => $this->instant($clock->dueAt), 'zone' => Html::escape(Legend::zone($this->words, $this->situation->view->zone))])
            : Html::escape($this->words->say('portal.overdue_plain'));
        return ['overdue', Html::escape($this->words->say("portal.overdue$done")), [$text]];
    }

    /** @return array{string, string, list<string>} */
    private function ended(Clock $clock): array
    {
        if (!$this->showsState || $clock->stoppedAt === null || $clock->cause !== null && $clock->state === 'missed') {
            return ['none', '', []];
        }
        $key = $clock->end() === 'answer' ? 'portal.answered' : 'portal.done_on';
        $told = [...$clock->state === 'missed' ? ['portal.answered_late'] : [], 'portal.answered_text'];
        $told = array_map(fn (string $one): string => Html::escape($this->words->say($one)), $told);
        $told[0] = $this->zone() . ' ' . $told[0];
        return ['met', Html::fill($this->words->say($key), ['T' => $this->instant($clock->stoppedAt)]), $told];
    }

    /** To osTicket's own form, further down on the page: the clock waits for nothing else. */
    private function reply(): string
    {
        $link = Html::link('#reply', $this->words->say('portal.reply'), 'sla-portal-button');
        return $this->showsState ? Html::tag('p', ['class' => 'sla-portal-act'], $link) : '';
    }

    private function level(): string
    {
        $level = in_array('level', $this->show, true) ? Json::text($this->situation->view->detail, 'level') : null;
        if ($level === null) {
            return '';
        }
        $title = Html::text('b', null, $this->situation->levelTitle($level));
        $target = $this->showsDue ? $this->answeredWithin($level) : '';
        $key = $target === '' ? 'portal.level' : 'portal.level_target';
        $told = Html::fill($this->words->say($key), ['level' => $title, 'target' => Html::escape($target)]);
        return Html::tag('p', ['class' => 'sla-portal-level'], $told);
    }

    /** The target in words, where they can stand after „ответ за“. */
    private function answeredWithin(string $level): string
    {
        $clock = $this->clock;
        if ($clock === null || $clock->end() !== 'answer' || $clock->level !== $level || $clock->target->kind === 'promise') {
            return '';
        }
        return $clock->target->kind === 'days' || $clock->target->seconds % 3600 === 0 ? $clock->target->words($this->words) : '';
    }

    /** When we work, where the calendar of the coming days is the same each day; else in which zone the time is told. */
    private function hours(Calendar $calendar): string
    {
        $hours = [];
        $windows = $calendar->time->within($this->situation->view->now, $this->situation->view->now + 14 * 86400);
        foreach (array_slice($windows, 1, 12) as [$open, $close]) {
            $span = $this->situation->instants->parts($open)['time'] . ' ' . $this->situation->instants->parts($close)['time'];
            $hours[$span] = ($hours[$span] ?? 0) + 1;
        }
        $name = $this->zoneName();
        if (count($hours) < 1 || count($hours) > 2 || max($hours) < 5) {
            return $this->words->say($calendar->id === Calendar::ALWAYS ? 'portal.zone_only' : 'portal.zone', ['zone' => $name]);
        }
        arsort($hours);
        [$from, $to] = explode(' ', (string) array_key_first($hours));
        return $this->words->say('portal.hours', ['zone' => $name, 'from' => $from, 'to' => $to]);
    }

    /** By whose clocks an instant is told, as a sentence. */
    private function zone(): string
    {
        return Html::escape($this->words->say('portal.zone_only', ['zone' => $this->zoneName()]));
    }

    private function zoneName(): string
    {
        $name = Legend::zone($this->words, $this->situation->view->zone);
        return mb_strtoupper(mb_substr($name, 0, 1)) . mb_substr($name, 1);
    }

    private function day(int $at): string
    {
        $near = $this->situation->instants->nearness($at);
        return $this->words->say($near === 'other' ? 'portal.day_year' : 'portal.day', $this->situation->instants->parts($at));
    }

    private function instant(int $at): string
    {
        $words = $this->words->say('portal.on', ['day' => $this->day($at), 'time' => $this->situation->instants->parts($at)['time']]);
        return Instants::time($at, $words);
    }
}
