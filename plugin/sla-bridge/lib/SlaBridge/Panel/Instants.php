<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** How instants are told to one viewer: in his zone, relative to his day. */
final class Instants
{
    private readonly \DateTimeZone $zone;

    public function __construct(private readonly Words $words, string $zone, private readonly int $now)
    {
        $this->zone = self::zone($zone);
    }

    /** The zone of that name; UTC where this PHP does not know it. */
    public static function zone(string $name): \DateTimeZone
    {
        try {
            return new \DateTimeZone($name);
        } catch (\Exception | \ValueError) {
            return new \DateTimeZone('UTC');
        }
    }

    public static function local(int $at, \DateTimeZone $zone): \DateTimeImmutable
    {
        return (new \DateTimeImmutable('@' . $at))->setTimezone($zone);
    }

    /** „сегодня в 12:35“, „пт 06.11 в 08:50“, with the year where it is another. */
    public function at(int $at): string
    {
        return $this->words->say('instant.' . $this->nearness($at), $this->parts($at));
    }

    /** As it stands after „с“: „05:00 завтра“, „пн 02.11, 06:10“. */
    public function since(int $at): string
    {
        return $this->words->say('instant.since.' . $this->nearness($at), $this->parts($at));
    }

    /** With the whole date, for paper and for figures: „чт 05.11.2026, 07:40“. */
    public function absolute(int $at): string
    {
        return $this->words->say('instant.absolute', $this->parts($at));
    }

    /** As `at`, but only the time where it is of the same day as `$other`. */
    public function after(int $other, int $at): string
    {
        $same = self::local($other, $this->zone)->format('Ymd') === self::local($at, $this->zone)->format('Ymd');
        return $same ? $this->words->say('instant.same_day', $this->parts($at)) : $this->at($at);
    }

    /** The time alone of today's instants, else as `at`. */
    public function brief(int $at): string
    {
        return $this->nearness($at) === 'today' ? $this->parts($at)['time'] : $this->at($at);
    }

    /** A date as `2026-08-31` says it, or null where the text is none. */
    public function date(string $iso): ?string
    {
        if (!preg_match('/^(\d{4})-(\d\d)-(\d\d)$/D', $iso, $p) || !checkdate((int) $p[2], (int) $p[3], (int) $p[1])) {
            return null;
        }
        return $this->words->say('instant.date', $this->parts((int) gmmktime(12, 0, 0, (int) $p[2], (int) $p[3], (int) $p[1]), 'UTC'));
    }

    /** How many days after the viewer's today a date lies, as `2026-08-31` says it; negative of one that has passed. */
    public function daysUntil(string $iso): int
    {
        $utc = new \DateTimeZone('UTC');
        $today = new \DateTimeImmutable(self::local($this->now, $this->zone)->format('Y-m-d'), $utc);
        return (int) $today->diff(new \DateTimeImmutable($iso, $utc))->format('%r%a');
    }

    public function day(int $at): string
    {
        return $this->words->say('instant.date', $this->parts($at));
    }

    /** The date of an instant by a calendar's clocks, in one of the forms of `instant`: `date`, `day`, `cell`. */
    public function dateIn(Calendar $calendar, int $at, string $form = 'date'): string
    {
        return $this->words->say("instant.$form", $this->parts($at, $calendar->zoneName));
    }

    /** How `$at` lies to the viewer's day: today, tomorrow, yesterday, year, other. */
    public function nearness(int $at): string
    {
        $day = self::local($at, $this->zone)->setTime(12, 0);
        $today = self::local($this->now, $this->zone)->setTime(12, 0);
        $days = (int) $today->diff($day)->format('%r%a');
        $near = [-1 => 'yesterday', 0 => 'today', 1 => 'tomorrow'];
        return $near[$days] ?? ($day->format('Y') === $today->format('Y') ? 'year' : 'other');
    }

    /** @return array<string, string> what the sentences of `instant` are filled with */
    public function parts(int $at, ?string $zone = null): array
    {
        $local = self::local($at, $zone === null ? $this->zone : self::zone($zone));
        [$time, $weekday, $day, $dd, $mm, $year] = explode(' ', $local->format('H:i N j d m Y'));
        $month = (int) $mm - 1;
        return [
            'time' => $time, 'wd' => $this->words->list('instant.weekdays')[(int) $weekday - 1],
            'd' => $day, 'dd' => $dd, 'mm' => $mm, 'yyyy' => $year,
            'mon' => $this->words->list('instant.months_short')[$month], 'month' => $this->words->list('instant.months')[$month],
        ];
    }

    /** `<time datetime>` around words, which are text. */
    public static function time(int $at, string $words, ?string $class = null): string
    {
        return Html::text('time', $class, $words, datetime: gmdate('Y-m-d\TH:i:s\Z', $at));
    }

    /** An instant told by `at`, with its whole date for paper. */
    public function html(int $at): string
    {
        return self::time($at, $this->at($at), 'sla-screen') . self::time($at, $this->absolute($at), 'sla-paper');
    }
}
