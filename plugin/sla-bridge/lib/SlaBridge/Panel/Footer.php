<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** osTicket's own date explained; when, by which agreement and calendar this was computed; the receipt. */
final class Footer
{
    private readonly View $view;
    private readonly Words $words;

    public function __construct(private readonly Situation $situation)
    {
        $this->view = $situation->view;
        $this->words = $situation->words;
    }

    public function html(): string
    {
        $native = $this->native();
        return Html::tag(
            'div',
            ['class' => 'sla-foot'],
            $native === '' ? '' : self::row('unknown', $native),
            self::row('receipt', $this->computed() . ' · ' . $this->receipt() . $this->onPaper())
        );
    }

    private static function row(string $icon, string $inner): string
    {
        return Html::tag('div', ['class' => 'sla-foot-row'], Icons::of($icon, 'sla-icon'), Html::tag('div', [], $inner));
    }

    private function native(): string
    {
        $native = $this->view->native;
        if ($native === null || (!$native['ours'] && $native['plan'] === null && $native['due_at'] === null)) {
            return '';
        }
        $key = match (true) {
            $native['ours'] => $native['due_at'] === null ? 'native_ours_none' : 'native_ours',
            $native['due_at'] === null => 'native_plan_only',
            $native['manual'] ?? false => 'native_person',
            default => $native['plan'] === null ? 'native_plain' : 'native_plan',
        };
        $due = $native['due_at'];
        $told = Html::fill($this->words->say("footer.$key"), [
            'plan' => Html::escape($native['plan']),
            'T' => $due === null ? '' : Instants::time($due, $this->situation->instants->absolute($due)),
        ]);
        $help = $native['ours'] ? null : $this->view->links['sla_help'] ?? null;
        return $told . ($help === null ? '' : ' ' . Html::link($help, $this->words->say('footer.why_two'), 'sla-link sla-act'));
    }

    private function computed(): string
    {
        $pass = $this->view->lastPass;
        $parts = [$pass === null ? Html::escape($this->words->say('footer.pass_unknown'))
            : Html::fill($this->words->say('footer.last_pass'), ['T' => $this->situation->instants->html($pass)])];
        $digest = self::short(Json::text($this->view->published, 'policy', 'digest'));
        $title = Json::title($this->view->published, $this->view->language, 'policy', 'title');
        if ($digest !== null) {
            $parts[] = Html::escape($title === null ? $this->words->say('footer.policy_plain', ['digest' => $digest])
                : $this->words->say('footer.policy', ['title' => $title, 'digest' => $digest]));
        }
        foreach ($this->calendars() as $calendar) {
            $until = $this->situation->instants->dateIn($calendar, $calendar->until);
            $parts[] = Html::escape($this->words->say('footer.calendar', ['id' => $calendar->id, 'date' => $until]));
        }
        return implode(' · ', $parts);
    }

    private function receipt(): string
    {
        $entries = '';
        foreach ((new Receipt($this->situation))->entries() as [$name, $value]) {
            $entries .= Html::text('dt', null, $name) . Html::text('dd', null, $value);
        }
        return Html::tag(
            'details',
            ['class' => 'sla-receipt'],
            Html::text('summary', 'sla-link', $this->words->say('footer.receipt')),
            Html::tag('dl', [], $entries)
        );
    }

    /** On paper the receipt is named by its digest. */
    private function onPaper(): string
    {
        $digest = self::short(Json::text($this->view->detail, 'published'));
        return $digest === null ? '' : Html::text('span', 'sla-paper', ' ' . $digest);
    }

    /** @return list<Calendar> those of the shown clocks, each once */
    private function calendars(): array
    {
        $found = [];
        foreach ($this->situation->clocks as $clock) {
            $calendar = $this->situation->calendar($clock);
            if ($calendar !== null && $calendar->id !== Calendar::ALWAYS) {
                $found[$calendar->id] = $calendar;
            }
        }
        return array_values($found);
    }

    /** The first twelve digits of a digest, in groups that can be read out. */
    public static function short(?string $digest): ?string
    {
        $digits = $digest === null ? '' : (string) preg_replace('/^sha256:/', '', $digest);
        return preg_match('/^[0-9a-f]{12}/', $digits) ? implode("\u{a0}", str_split(substr($digits, 0, 12), 4)) : null;
    }
}
