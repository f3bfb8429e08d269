<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;

/** An instant in as few characters as a narrow column has, in the reader's language and zone. */
final class ShortInstant
{
    private readonly Words $words;
    private readonly Instants $instants;

    /** @param int $now POSIX seconds; which days are near, and which year is this one, follows from it */
    public function __construct(string $language, \DateTimeZone $zone, private readonly int $now)
    {
        $this->words = Words::in($language);
        $this->instants = new Instants($this->words, $zone->getName(), $now);
    }

    /** With the time of day, but for another year: "пт 06.11, 05:45", "today, 09:30", "6 Nov 2027". */
    public function withTime(int $at): string
    {
        return $this->words->say('instant.short.' . $this->instants->nearness($at), $this->instants->parts($at));
    }

    /** The day alone, the time of day where it is today, the month of another year: words stand beside it. */
    public function day(int $at): string
    {
        $parts = $this->instants->parts($at);
        $isThisYear = $parts['yyyy'] === $this->instants->parts($this->now)['yyyy'];
        $form = $this->instants->nearness($at) === 'today' ? 'today' : ($isThisYear ? 'year' : 'other');
        return $this->words->say("instant.short_day.$form", $parts);
    }
}
