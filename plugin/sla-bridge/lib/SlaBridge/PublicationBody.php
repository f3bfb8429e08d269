<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** The body of `/publish`, checked: what stands in it is put on agents' and customers' pages. */
final class PublicationBody
{
    public const MAX_MEBIBYTES = 2;
    private const MAX_CALENDARS = 50;
    private const MAX_TEXT = 2000;
    private const MAX_LIST = 1000;

    /** What screens find where the bridge says nothing. */
    private const SILENT = '{"policy": {"title": {"ru": "", "en": ""}, "digest": ""}, "titles": {}, "thresholds": [],
        "portal": {"show": []}, "phrases": [], "registry": null, "report": null}';

    /** @return array<string, mixed> as `Publication::keep` takes it: whole, so that screens need not ask what is there */
    public static function read(\stdClass $body): array
    {
        self::digest($body->digest ?? null, 'digest');
        self::instant($body->at ?? null, 'at');
        $calendars = self::members($body->calendars ?? null, 'calendars', self::MAX_CALENDARS);
        if (!$calendars) {
            throw self::wrong('calendars', 'names no calendar');
        }
        foreach ($calendars as $name => $calendar) {
            self::calendar((string) $name, self::object($calendar, "calendars.$name"), "calendars.$name");
        }
        foreach (get_object_vars((object) json_decode(self::SILENT)) as $name => $nothing) {
            $body->$name ??= $nothing;
        }
        self::words($body);
        return (array) self::plain($body);
    }

    private static function words(\stdClass $body): void
    {
        $policy = self::object($body->policy, 'policy');
        self::title($policy->title ?? null, 'policy.title');
        self::text($policy->digest ?? null, 'policy.digest');
        self::titles(self::object($body->titles, 'titles'));
        foreach (self::items($body->thresholds, 'thresholds') as $index => $threshold) {
            foreach (['level', 'metric', 'at'] as $key) {
                self::text(self::object($threshold, "thresholds[$index]")->$key ?? null, "thresholds[$index].$key");
            }
        }
        $portal = self::object($body->portal, 'portal');
        $portal->show ??= [];
        foreach (self::items($portal->show, 'portal.show') as $index => $word) {
            self::text($word, "portal.show[$index]");
        }
        self::items($body->phrases, 'phrases');
        $body->registry === null || self::object($body->registry, 'registry');
        $body->report === null || self::report(self::object($body->report, 'report'), $body->calendars);
    }

    /** By which of the calendars reports count: one that is not here they could not. */
    private static function report(\stdClass $report, \stdClass $calendars): void
    {
        self::text($report->calendar ?? null, 'report.calendar');
        self::zone($report->zone ?? null, 'report.zone');
        if (!isset($calendars->{$report->calendar})) {
            throw self::wrong('report.calendar', 'names none of `calendars`');
        }
    }

    private static function calendar(string $name, \stdClass $calendar, string $at): void
    {
        $calendar->title ??= (object) ['ru' => $name, 'en' => $name];
        $calendar->provisional_from ??= null;
        $calendar->days ??= new \stdClass();
        self::title($calendar->title, "$at.title");
        self::zone($calendar->zone ?? null, "$at.zone");
        if (self::instant($calendar->from ?? null, "$at.from") >= self::instant($calendar->until ?? null, "$at.until")) {
            throw self::wrong("$at.until", 'is not after its `from`');
        }
        $calendar->provisional_from === null || self::instant($calendar->provisional_from, "$at.provisional_from");
        self::windows($calendar->windows ?? null, "$at.windows");
        foreach (self::members($calendar->days, "$at.days", self::MAX_LIST * 10) as $date => $day) {
            if (Instant::toStored("{$date}T00:00:00Z") === null) {
                throw self::wrong("$at.days", "names \"$date\", which is no date");
            }
            $day = self::object($day, "$at.days.$date");
            self::text($day->kind ?? null, "$at.days.$date.kind");
            self::title($day->title ?? null, "$at.days.$date.title");
        }
    }

    private static function windows(mixed $windows, string $at): void
    {
        if (!is_array($windows)) {
            throw self::wrong($at, 'is no list');
        }
        $end = '';
        foreach ($windows as $index => $window) {
            if (!is_array($window) || count($window) !== 2) {
                throw self::wrong("{$at}[$index]", 'is no pair of instants');
            }
            $from = self::instant($window[0], "{$at}[$index][0]");
            $until = self::instant($window[1], "{$at}[$index][1]");
            if ($from >= $until || $from < $end) {
                throw self::wrong("{$at}[$index]", 'ends before it begins, or begins before the one before it ends');
            }
            $end = $until;
        }
    }

    private static function titles(\stdClass $titles): void
    {
        $titles->levels ??= new \stdClass();
        $titles->metrics ??= new \stdClass();
        foreach (self::members($titles->levels, 'titles.levels', self::MAX_LIST) as $id => $level) {
            $level = self::object($level, "titles.levels.$id");
            self::title($level->title ?? null, "titles.levels.$id.title");
            $level->short ??= $level->title;
            self::title($level->short, "titles.levels.$id.short");
        }
        foreach (self::members($titles->metrics, 'titles.metrics', self::MAX_LIST) as $id => $title) {
            self::title($title, "titles.metrics.$id");
        }
    }

    private static function title(mixed $title, string $at): void
    {
        foreach (['ru', 'en'] as $language) {
            self::text(self::object($title, $at)->$language ?? null, "$at.$language");
        }
    }

    private static function text(mixed $text, string $at): void
    {
        if (!is_string($text) || mb_strlen($text) > self::MAX_TEXT) {
            throw self::wrong($at, 'is no text of at most ' . self::MAX_TEXT . ' characters');
        }
    }

    private static function digest(mixed $digest, string $at): void
    {
        if (!is_string($digest) || !preg_match('/^sha256:[0-9a-f]{64}$/D', $digest)) {
            throw self::wrong($at, 'is no digest: "sha256:" and 64 hexadecimal digits');
        }
    }

    /** Two of them compare as the instants do. */
    private static function instant(mixed $instant, string $at): string
    {
        if (!is_string($instant) || Instant::toStored($instant) === null) {
            throw self::wrong($at, 'is no instant like 2026-11-20T07:00:00Z');
        }
        return $instant;
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
            throw self::wrong($at, 'is no zone like Europe/Moscow');
        }
    }

    private static function object(mixed $value, string $at): \stdClass
    {
        return $value instanceof \stdClass ? $value : throw self::wrong($at, 'is no object');
    }

    /** @return array<string, mixed> */
    private static function members(mixed $value, string $at, int $most): array
    {
        $members = get_object_vars(self::object($value, $at));
        if (count($members) > $most) {
            throw self::wrong($at, "has more than $most members");
        }
        foreach (array_keys($members) as $name) {
            self::text((string) $name, $at);
        }
        return $members;
    }

    /** @return list<mixed> */
    private static function items(mixed $value, string $at): array
    {
        if (!is_array($value) || count($value) > self::MAX_LIST) {
            throw self::wrong($at, 'is no list of at most ' . self::MAX_LIST);
        }
        return $value;
    }

    private static function plain(mixed $value): mixed
    {
        return $value instanceof \stdClass || is_array($value) ? array_map(self::plain(...), (array) $value) : $value;
    }

    private static function wrong(string $at, string $what): ApiError
    {
        return ApiError::wrongShape("`$at` $what");
    }
}
