<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** The body of `/publish`, checked: what stands in it is put on agents' and customers' pages. */
final class PublicationBody
{
    public const MAX_MEBIBYTES = 2;
    private const MAX_CALENDARS = 50;

    /** What screens find where the bridge says nothing. */
    private const SILENT = '{"policy": {"title": {"ru": "", "en": ""}, "digest": ""}, "titles": {}, "thresholds": [],
        "portal": {"show": []}, "phrases": [], "registry": null, "report": null}';

    /** @return array<string, mixed> as `Publication::keep` takes it: whole, so that screens need not ask what is there */
    public static function read(\stdClass $body): array
    {
        self::digest($body->digest ?? null, 'digest');
        BodyShape::instant($body->at ?? null, 'at');
        $calendars = BodyShape::members($body->calendars ?? null, 'calendars', self::MAX_CALENDARS);
        if (!$calendars) {
            throw BodyShape::wrong('calendars', 'names no calendar');
        }
        foreach ($calendars as $name => $calendar) {
            self::calendar((string) $name, BodyShape::object($calendar, "calendars.$name"), "calendars.$name");
        }
        foreach (get_object_vars((object) json_decode(self::SILENT)) as $name => $nothing) {
            $body->$name ??= $nothing;
        }
        self::words($body);
        return (array) self::plain($body);
    }

    private static function words(\stdClass $body): void
    {
        $policy = BodyShape::object($body->policy, 'policy');
        self::title($policy->title ?? null, 'policy.title');
        BodyShape::text($policy->digest ?? null, 'policy.digest');
        self::titles(BodyShape::object($body->titles, 'titles'));
        foreach (BodyShape::items($body->thresholds, 'thresholds') as $index => $threshold) {
            foreach (['level', 'metric', 'at'] as $key) {
                BodyShape::text(BodyShape::object($threshold, "thresholds[$index]")->$key ?? null, "thresholds[$index].$key");
            }
        }
        $portal = BodyShape::object($body->portal, 'portal');
        $portal->show ??= [];
        foreach (BodyShape::items($portal->show, 'portal.show') as $index => $word) {
            BodyShape::text($word, "portal.show[$index]");
        }
        HoldingsBody::phrases($body->phrases);
        $body->registry === null || HoldingsBody::registry(BodyShape::object($body->registry, 'registry'));
        $body->report === null || self::report(BodyShape::object($body->report, 'report'), $body->calendars);
    }

    /** By which of the calendars reports count: one that is not here they could not. */
    private static function report(\stdClass $report, \stdClass $calendars): void
    {
        BodyShape::text($report->calendar ?? null, 'report.calendar');
        self::zone($report->zone ?? null, 'report.zone');
        if (!isset($calendars->{$report->calendar})) {
            throw BodyShape::wrong('report.calendar', 'names none of `calendars`');
        }
    }

    private static function calendar(string $name, \stdClass $calendar, string $at): void
    {
        $calendar->title ??= (object) ['ru' => $name, 'en' => $name];
        $calendar->provisional_from ??= null;
        $calendar->days ??= new \stdClass();
        self::title($calendar->title, "$at.title");
        self::zone($calendar->zone ?? null, "$at.zone");
        if (BodyShape::instant($calendar->from ?? null, "$at.from") >= BodyShape::instant($calendar->until ?? null, "$at.until")) {
            throw BodyShape::wrong("$at.until", 'is not after its `from`');
        }
        $calendar->provisional_from === null || BodyShape::instant($calendar->provisional_from, "$at.provisional_from");
        self::windows($calendar->windows ?? null, "$at.windows");
        foreach (BodyShape::members($calendar->days, "$at.days", BodyShape::MAX_LIST * 10) as $date => $day) {
            if (Instant::toStored("{$date}T00:00:00Z") === null) {
                throw BodyShape::wrong("$at.days", "names \"$date\", which is no date");
            }
            $day = BodyShape::object($day, "$at.days.$date");
            BodyShape::text($day->kind ?? null, "$at.days.$date.kind");
            self::title($day->title ?? null, "$at.days.$date.title");
        }
    }

    private static function windows(mixed $windows, string $at): void
    {
        if (!is_array($windows)) {
            throw BodyShape::wrong($at, 'is no list');
        }
        $end = '';
        foreach ($windows as $index => $window) {
            if (!is_array($window) || count($window) !== 2) {
                throw BodyShape::wrong("{$at}[$index]", 'is no pair of instants');
            }
            $from = BodyShape::instant($window[0], "{$at}[$index][0]");
            $until = BodyShape::instant($window[1], "{$at}[$index][1]");
            if ($from >= $until || $from < $end) {
                throw BodyShape::wrong("{$at}[$index]", 'ends before it begins, or begins before the one before it ends');
            }
            $end = $until;
        }
    }

    private static function titles(\stdClass $titles): void
    {
        $titles->levels ??= new \stdClass();
        $titles->metrics ??= new \stdClass();
        foreach (BodyShape::members($titles->levels, 'titles.levels', BodyShape::MAX_LIST) as $id => $level) {
            $level = BodyShape::object($level, "titles.levels.$id");
            self::title($level->title ?? null, "titles.levels.$id.title");
            $level->short ??= $level->title;
            self::title($level->short, "titles.levels.$id.short");
        }
        foreach (BodyShape::members($titles->metrics, 'titles.metrics', BodyShape::MAX_LIST) as $id => $title) {
            self::title($title, "titles.metrics.$id");
        }
    }

    private static function title(mixed $title, string $at): void
    {
        foreach (['ru', 'en'] as $language) {
            BodyShape::text(BodyShape::object($title, $at)->$language ?? null, "$at.$language");
        }
    }

    private static function digest(mixed $digest, string $at): void
    {
        if (!is_string($digest) || !preg_match('/^sha256:[0-9a-f]{64}$/D', $digest)) {
            throw BodyShape::wrong($at, 'is no digest: "sha256:" and 64 hexadecimal digits');
        }
    }

    /** By its name: a page asks the browser for its time, which knows no "+03:00". */
    private static function zone(mixed $zone, string $at): void
    {
        try {
            $isName = is_string($zone) && preg_match('~^[A-Za-z][A-Za-z0-9_+/-]{0,63}$~D', $zone) === 1;
            $isName && new \DateTimeZone($zone);
        } catch (\Exception) {
            $isName = false;
        }
        if (!$isName) {
            throw BodyShape::wrong($at, 'is no zone like Europe/Moscow');
        }
    }

    private static function plain(mixed $value): mixed
    {
        return $value instanceof \stdClass || is_array($value) ? array_map(self::plain(...), (array) $value) : $value;
    }
}
