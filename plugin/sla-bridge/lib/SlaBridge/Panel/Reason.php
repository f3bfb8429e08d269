<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Why a ticket has no deadline. */
final class Reason
{
    public function __construct(private readonly Situation $situation)
    {
    }

    public function html(): string
    {
        $view = $this->situation->view;
        $words = $this->situation->words;
        $merged = $view->ticket['merged_into'] ?? null;
        if ($merged) {
            $number = $words->say('none.merged_link', ['number' => (string) $merged['number']]);
            return Html::fill($words->say('none.merged'), ['link' => Html::link($merged['url'], $number)]);
        }
        return Html::escape($this->text());
    }

    /** The same without a link. */
    public function text(): string
    {
        $words = $this->situation->words;
        $cause = $this->cause();
        if ($cause === 'merged') {
            return $words->say('none.merged_unknown');
        }
        if ($cause !== null && $words->has("none.$cause")) {
            return $words->say("none.$cause");
        }
        $view = $this->situation->view;
        return Json::title($view->detail, $view->language, 'reason')
            ?? $words->say(Json::text($view->detail, 'level') === null ? 'none.no_rule' : 'none.nothing');
    }

    /** Why the clock was called off that would be shown. */
    private function cause(): ?string
    {
        $clock = $this->situation->clocks[0] ?? null;
        return $clock !== null && $clock->isCancelled() ? $clock->cause : null;
    }
}
