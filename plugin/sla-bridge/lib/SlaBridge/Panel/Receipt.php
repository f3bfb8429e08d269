<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What a deadline rests on, for whoever has to defend it. */
final class Receipt
{
    public function __construct(private readonly Situation $situation)
    {
    }

    /** @return list<array{string, string}> names and values, as text */
    public function entries(): array
    {
        $view = $this->situation->view;
        $instants = $this->situation->instants;
        $digest = Json::text($view->published, 'policy', 'digest');
        $entries = [
            ['computed', $view->lastPass === null ? null : $instants->absolute($view->lastPass)],
            ['policy', Json::title($view->published, $view->language, 'policy', 'title')],
            ['digest', $digest],
            ['published', $view->published === null ? $this->say('unpublished') : Json::text($view->detail, 'published')],
            ['rule', Json::text($view->detail, 'rule')],
            ['rule_at', Json::text($view->detail, 'rule_at')],
        ];
        $told = array_values(array_filter($entries, static fn (array $one): bool => $one[1] !== null));
        $told = array_map(fn (array $one): array => [$this->say($one[0]), (string) $one[1]], $told);
        array_push($told, ...$this->calendars(), ...$this->anchors());
        if (Json::flag($view->detail, 'cut')) {
            $told[] = [$this->say('cut'), $this->situation->words->say('panel.cut')];
        }
        return $told;
    }

    /** @return list<array{string, string}> how far each calendar reaches */
    private function calendars(): array
    {
        $told = [];
        foreach ($this->situation->clocks as $clock) {
            $calendar = $this->situation->calendar($clock);
            if ($calendar === null || isset($told[$calendar->id]) || $calendar->id === Calendar::ALWAYS) {
                continue;
            }
            $date = fn (int $at): string => $this->situation->instants->dateIn($calendar, $at);
            $parts = [$calendar->title === null ? $calendar->id : "$calendar->title ($calendar->id)", $calendar->zoneName,
                $this->situation->words->say('receipt.reach', ['from' => $date($calendar->from), 'until' => $date($calendar->until)])];
            if ($calendar->provisionalFrom !== null) {
                $parts[] = $this->situation->words->say('receipt.provisional_from', ['date' => $date($calendar->provisionalFrom)]);
            }
            $told[$calendar->id] = [$this->say('calendar'), implode(', ', $parts)];
        }
        return array_values($told);
    }

    /** @return list<array{string, string}> what each clock's time is counted on from */
    private function anchors(): array
    {
        $told = [];
        foreach ($this->situation->clocks as $clock) {
            if ($clock->anchorAt !== null && $clock->anchorSeconds > 0 && $clock->isOpen()) {
                $told[] = [$this->situation->metricTitle($clock->metric), $this->situation->words->say('receipt.anchor', [
                    'A' => $this->situation->amounts->of($clock->anchorSeconds),
                    'T' => $this->situation->instants->absolute($clock->anchorAt),
                ])];
            }
        }
        return $told;
    }

    private function say(string $key): string
    {
        return $this->situation->words->say("receipt.$key");
    }
}
