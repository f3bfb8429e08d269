<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Which level the ticket has and why; who asks; who is in charge. */
final class LevelBox
{
    /** Fourteen days. */
    private const SOON = 1209600;

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
            . ($rule === null ? '' : Html::text('p', null, $this->rule($rule), title: Json::text($this->view->detail, 'rule_at')))
            . (new OtherLevels($this->situation))->html();
    }

    /** The rule that gave the level; of a dated exception also who answers for it, and until when. */
    private function rule(string $rule): string
    {
        foreach (Json::map($this->view->detail, 'exceptions') as $one) {
            if (Json::text($one, 'id') === $rule) {
                return $this->words->say('panel.by_exception', [
                    'id' => $rule,
                    'approver' => Json::text($one, 'approver') ?? $this->words->say('panel.none'),
                    'until' => Exceptions::until($this->situation, Json::text($one, 'until')),
                ]);
            }
        }
        return $this->words->say('panel.rule', ['rule' => $rule]);
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
        $certificate = (new Certificate($this->situation))->told();
        return Html::text('p', 'sla-name', $title)
            . ($parts ? Html::text('p', null, implode(' · ', $parts)) : '')
            . ($certificate === null ? '' : Html::text('p', null, $certificate))
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
        $absence = $this->absence($name);
        return Html::text('p', $name === null ? 'sla-none' : 'sla-name', $name ?? $this->words->say('panel.no_curator'))
            . ($absence === null ? '' : Html::text('p', null, $absence))
            . ($link === null ? '' : Html::tag('p', ['class' => 'sla-act'], Html::link($link, $this->words->say('panel.assign'))));
    }

    /** Whom the one in charge stands in for; of the customer's own curator until when he is there, where he soon goes. */
    private function absence(?string $name): ?string
    {
        $absent = Json::text($this->view->detail, 'absent_curator');
        $until = Json::instant($this->view->detail, 'curator_until');
        if ($absent === null) {
            $soon = $name !== null && $until !== null && $until - $this->view->now < self::SOON;
            return $soon ? $this->words->say('panel.curator_until', ['date' => $this->lastDay($until)]) : null;
        }
        $key = ($name === null ? 'panel.nobody' : 'panel.substitute') . ($until === null ? '' : '_until');
        return $this->words->say($key, ['name' => $absent, 'date' => $until === null ? '' : $this->lastDay($until)]);
    }

    /** The day that ends at a midnight of the registry's zone, for viewers on either side of it. */
    private function lastDay(int $midnight): string
    {
        return $this->situation->instants->day($midnight - 43200);
    }
}
