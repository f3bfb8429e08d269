<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ApiError;
use SlaBridge\Instant;
use SlaBridge\LastPass;
use SlaBridge\PublicationBody;

final class PublicationTest extends TestCase
{
    public function testEverythingIsKeptAsItCame(): void
    {
        $body = self::body();
        $expected = json_decode((string) json_encode($body), true);
        self::assertEquals($expected, PublicationBody::read($body));
    }

    public function testWhatTheBridgeDoesNotSayIsFilledInForScreens(): void
    {
        $body = self::body();
        unset($body->policy, $body->titles->metrics, $body->thresholds, $body->portal->show, $body->registry, $body->report);
        $body->phrases = null;
        unset($body->calendars->{'office-24'}->days, $body->calendars->{'office-24'}->title, $body->titles->levels->gold->short);
        $content = PublicationBody::read($body);
        self::assertSame(['ru' => '', 'en' => ''], $content['policy']['title']);
        self::assertSame([[], ['show' => []], []], [$content['thresholds'], $content['portal'], $content['phrases']]);
        self::assertSame([null, null], [$content['registry'], $content['report']]);
        self::assertSame([], $content['titles']['metrics']);
        self::assertSame($content['titles']['levels']['gold']['title'], $content['titles']['levels']['gold']['short']);
        self::assertSame(['ru' => 'office-24', 'en' => 'office-24'], $content['calendars']['office-24']['title']);
        self::assertSame([], $content['calendars']['office-24']['days']);
    }

    /**
     * @dataProvider wrongBodies
     * @param callable(\stdClass): mixed $spoil
     */
    public function testWhatPagesCouldNotUseIsRefusedWithItsPlace(callable $spoil, string $place): void
    {
        $body = self::body();
        $spoil($body);
        try {
            PublicationBody::read($body);
            self::fail($place);
        } catch (ApiError $error) {
            self::assertSame(422, $error->status);
            self::assertStringStartsWith("`$place` ", $error->getMessage());
        }
    }

    /** @return iterable<string, array{callable(\stdClass): mixed, string}> */
    public static function wrongBodies(): iterable
    {
        $of = static fn (\stdClass $b): \stdClass => $b->calendars->{'office-24'};
        $at = 'calendars.office-24';
        yield 'no digest' => [static fn (\stdClass $b) => $b->digest = null, 'digest'];
        yield 'short digest' => [static fn (\stdClass $b) => $b->digest = 'sha256:abc', 'digest'];
        yield 'digest in capitals' => [static fn (\stdClass $b) => $b->digest = strtoupper($b->digest), 'digest'];
        yield 'local instant' => [static fn (\stdClass $b) => $b->at = '2026-11-20T07:00:00+03:00', 'at'];
        yield 'thirtieth of February' => [static fn (\stdClass $b) => $b->at = '2026-02-30T07:00:00Z', 'at'];
        yield 'no calendar' => [static fn (\stdClass $b) => $b->calendars = new \stdClass(), 'calendars'];
        yield 'calendars as a list' => [static fn (\stdClass $b) => $b->calendars = [], 'calendars'];
        yield 'too many calendars' => [static function (\stdClass $b) use ($of): void {
            foreach (range(1, 50) as $number) {
                $b->calendars->{"more-$number"} = $of($b);
            }
        }, 'calendars'];
        yield 'offset as a zone' => [static fn (\stdClass $b) => $of($b)->zone = '+03:00', "$at.zone"];
        yield 'zone that is none' => [static fn (\stdClass $b) => $of($b)->zone = 'Europe/Moskau', "$at.zone"];
        yield 'nothing between' => [static fn (\stdClass $b) => $of($b)->until = $of($b)->from, "$at.until"];
        yield 'window backwards' => [static fn (\stdClass $b) => $of($b)->windows[1] = array_reverse($of($b)->windows[1]),
            "$at.windows[1]"];
        yield 'windows out of order' => [static fn (\stdClass $b) => $of($b)->windows = array_reverse($of($b)->windows),
            "$at.windows[1]"];
        yield 'windows that overlap' => [static fn (\stdClass $b) => $of($b)->windows[0][1] = '2026-11-03T06:00:01Z',
            "$at.windows[1]"];
        yield 'empty window' => [static fn (\stdClass $b) => $of($b)->windows[0][1] = $of($b)->windows[0][0], "$at.windows[0]"];
        yield 'half a window' => [static fn (\stdClass $b) => $of($b)->windows[0] = ['2026-11-02T06:00:00Z'], "$at.windows[0]"];
        yield 'window of numbers' => [static fn (\stdClass $b) => $of($b)->windows[0] = [1, 2], "$at.windows[0][0]"];
        yield 'windows as an object' => [static fn (\stdClass $b) => $of($b)->windows = new \stdClass(), "$at.windows"];
        yield 'day that is none' => [static fn (\stdClass $b) => $of($b)->days->{'2026-11-31'} = $of($b)->days->{'2026-11-03'},
            "$at.days"];
        yield 'day without a title' => [static fn (\stdClass $b) => $of($b)->days->{'2026-11-03'}->title = null,
            "$at.days.2026-11-03.title"];
        yield 'title in one language' => [static fn (\stdClass $b) => $b->titles->levels->gold->title = (object) ['ru' => 'Золото'],
            'titles.levels.gold.title.en'];
        yield 'title as long as a book' => [static fn (\stdClass $b) => $b->policy->title->ru = str_repeat('я', 2001),
            'policy.title.ru'];
        yield 'threshold as a number' => [static fn (\stdClass $b) => $b->thresholds[0]->at = 75, 'thresholds[0].at'];
        yield 'portal as a list' => [static fn (\stdClass $b) => $b->portal = ['level'], 'portal'];
        yield 'report by a calendar that is not here' => [static fn (\stdClass $b) => $b->report->calendar = 'office', 'report.calendar'];
        yield 'report by no calendar' => [static fn (\stdClass $b) => $b->report->calendar = null, 'report.calendar'];
        yield 'report in no zone' => [static fn (\stdClass $b) => $b->report->zone = 'Moscow', 'report.zone'];
        yield 'report as a list' => [static fn (\stdClass $b) => $b->report = ['office-24'], 'report'];
        yield 'registry as a text' => [static fn (\stdClass $b) => $b->registry = 'x', 'registry'];
    }

    public function testNeighbouringWindowsMayTouch(): void
    {
        $body = self::body();
        $body->calendars->{'office-24'}->windows = [['2026-11-02T06:00:00Z', '2026-11-02T21:00:00Z'],
            ['2026-11-02T21:00:00Z', '2026-11-03T06:00:00Z']];
        self::assertCount(2, PublicationBody::read($body)['calendars']['office-24']['windows']);
    }

    public function testWireInstantIsSecondsSince1970(): void
    {
        self::assertSame(1795852800, Instant::toUnix('2026-11-28T08:00:00Z'));
        self::assertSame(Instant::fromUnix(951782400), '2000-02-29T00:00:00Z');
        self::assertSame(951782400, Instant::toUnix('2000-02-29T00:00:00Z'));
        self::assertNull(Instant::toUnix('2026-02-29T00:00:00Z'));
        self::assertNull(Instant::toUnix('2026-11-28 08:00:00'));
    }

    /**
     * @dataProvider passes
     * @param array{at: ?int, every: ?int} $before
     * @param array{at: ?int, every: ?int} $after
     */
    public function testLastPassOnlyMovesForwardAndNeverBeyondNow(array $before, int $passed, array $after): void
    {
        self::assertSame($after, LastPass::next($before, $passed, 10_000));
    }

    /** @return iterable<string, array{array{at: ?int, every: ?int}, int, array{at: ?int, every: ?int}}> */
    public static function passes(): iterable
    {
        $state = static fn (?int $at, ?int $every): array => ['at' => $at, 'every' => $every];
        yield 'first' => [$state(null, null), 9_000, $state(9_000, null)];
        yield 'second' => [$state(9_000, null), 9_060, $state(9_060, 60)];
        yield 'told again' => [$state(9_060, 60), 9_060, $state(9_060, 60)];
        yield 'older' => [$state(9_060, 60), 9_000, $state(9_060, 60)];
        yield 'after a day off' => [$state(-300_000, 60), 9_000, $state(9_000, 86_400)];
        yield 'a little ahead' => [$state(9_060, 60), 10_030, $state(10_000, 940)];
        yield 'far ahead' => [$state(9_060, 60), 20_000, $state(9_060, 60)];
        yield 'after the clock was set back' => [$state(20_000, 60), 9_990, $state(9_990, 60)];
    }

    private static function body(): \stdClass
    {
        $title = ['ru' => 'Название', 'en' => 'Title'];
        return json_decode((string) json_encode([
            'digest' => 'sha256:' . str_repeat('0a', 32), 'at' => '2026-11-20T07:00:00Z',
            'policy' => ['title' => $title, 'digest' => 'sha256:' . str_repeat('1b', 32)],
            'calendars' => ['office-24' => [
                'title' => $title, 'zone' => 'Europe/Moscow', 'from' => '2026-10-01T00:00:00Z', 'until' => '2027-12-01T00:00:00Z',
                'windows' => [['2026-11-02T06:00:00Z', '2026-11-02T15:00:00Z'], ['2026-11-03T06:00:00Z', '2026-11-03T14:00:00Z']],
                'provisional_from' => null, 'days' => ['2026-11-03' => ['kind' => 'short', 'title' => $title]],
            ]],
            'titles' => ['levels' => ['gold' => ['title' => $title, 'short' => $title]], 'metrics' => ['first_response' => $title]],
            'thresholds' => [['level' => 'gold', 'metric' => 'first_response', 'at' => '75%']],
            'portal' => ['show' => ['level', 'state', 'due']], 'phrases' => [], 'registry' => null,
            'report' => ['calendar' => 'office-24', 'zone' => 'Europe/Moscow'],
        ]));
    }
}
