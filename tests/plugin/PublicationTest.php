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

    public function testRowsWithoutALaterMemberAreWholeAndAsManyInAllAsThereAre(): void
    {
        $body = self::body();
        unset($body->registry->certificates[0]->certificate, $body->registry->entitlements[0]->paper);
        unset($body->registry->more->versions, $body->registry->more->exceptions);
        unset($body->registry->exceptions, $body->registry->tracks, $body->registry->not_listed, $body->registry->as_of);
        $registry = PublicationBody::read($body)['registry'];
        self::assertSame(['', ''], [$registry['certificates'][0]['certificate'], $registry['entitlements'][0]['paper']]);
        self::assertSame([7, 1, 1, 0], array_map(
            static fn (string $list): int => $registry['more'][$list],
            ['certificates', 'entitlements', 'versions', 'exceptions']
        ));
        self::assertSame([[], [], [], null], [
            $registry['exceptions'], $registry['tracks'], $registry['not_listed'], $registry['as_of']]);
    }

    /**
     * @dataProvider wrongHoldings
     * @param callable(\stdClass): mixed $spoil
     */
    public function testHoldingsThatPagesCouldNotUseAreRefusedWithTheirPlace(callable $spoil, string $place): void
    {
        $this->testWhatPagesCouldNotUseIsRefusedWithItsPlace($spoil, $place);
    }

    /** @return iterable<string, array{callable(\stdClass): mixed, string}> */
    public static function wrongHoldings(): iterable
    {
        $of = static fn (\stdClass $b): \stdClass => $b->registry;
        yield 'as of a day' => [static fn (\stdClass $b) => $of($b)->as_of = '2026-11-20', 'registry.as_of'];
        yield 'rows as an object' => [static fn (\stdClass $b) => $of($b)->certificates = new \stdClass(), 'registry.certificates'];
        yield 'too many rows' => [static fn (\stdClass $b) => $of($b)->versions = array_fill(0, 501, $of($b)->versions[0]),
            'registry.versions'];
        yield 'row that is none' => [static fn (\stdClass $b) => $of($b)->exceptions[0] = 'x', 'registry.exceptions[0]'];
        yield 'end that is no day' => [static fn (\stdClass $b) => $of($b)->certificates[0]->until = '2026-02-30',
            'registry.certificates[0].until'];
        yield 'days as a text' => [static fn (\stdClass $b) => $of($b)->certificates[0]->days = '30', 'registry.certificates[0].days'];
        yield 'days gone by' => [static fn (\stdClass $b) => $of($b)->certificates[0]->days = -1, 'registry.certificates[0].days'];
        yield 'nameless' => [static function (\stdClass $b): void {
            unset($b->registry->certificates[0]->name);
        }, 'registry.certificates[0].name'];
        yield 'name as markup of another kind' => [static fn (\stdClass $b) => $of($b)->versions[0]->name = ['<b>'],
            'registry.versions[0].name'];
        yield 'used as a text' => [static fn (\stdClass $b) => $of($b)->entitlements[0]->used = '1', 'registry.entitlements[0].used'];
        yield 'left as a truth' => [static fn (\stdClass $b) => $of($b)->entitlements[0]->left = true, 'registry.entitlements[0].left'];
        yield 'endless' => [static fn (\stdClass $b) => $of($b)->entitlements[0]->of = INF, 'registry.entitlements[0].of'];
        yield 'state of its own' => [static fn (\stdClass $b) => $of($b)->versions[0]->state = 'old', 'registry.versions[0].state'];
        yield 'exception without an approver' => [static fn (\stdClass $b) => $of($b)->exceptions[0]->approver = null,
            'registry.exceptions[0].approver'];
        yield 'half a visit' => [static fn (\stdClass $b) => $of($b)->obligations[0]->kept = 0.5, 'registry.obligations[0].kept'];
        yield 'owed in a state of its own' => [static fn (\stdClass $b) => $of($b)->obligations[0]->state = 'late',
            'registry.obligations[0].state'];
        yield 'due on a day' => [static fn (\stdClass $b) => $of($b)->obligations[0]->due_at = '2026-11-30',
            'registry.obligations[0].due_at'];
        yield 'more as a list' => [static fn (\stdClass $b) => $of($b)->more = [1], 'registry.more'];
        yield 'half a certificate more' => [static fn (\stdClass $b) => $of($b)->more->certificates = 1.5, 'registry.more.certificates'];
        yield 'source as a number' => [static fn (\stdClass $b) => $of($b)->not_listed = [1], 'registry.not_listed[0]'];
        yield 'phrase as a text' => [static fn (\stdClass $b) => $b->phrases[0] = 'x', 'phrases[0]'];
        yield 'phrase of another language' => [static fn (\stdClass $b) => $b->phrases[0]->language = 'de', 'phrases[0].language'];
        yield 'empty phrase' => [static fn (\stdClass $b) => $b->phrases[0]->phrase = '  ', 'phrases[0].phrase'];
        yield 'phrase as long as a letter' => [static fn (\stdClass $b) => $b->phrases[0]->phrase = str_repeat('я', 101),
            'phrases[0].phrase'];
        yield 'too many phrases' => [static fn (\stdClass $b) => $b->phrases = array_fill(0, 201, $b->phrases[0]), 'phrases'];
    }

    /** @return array<string, mixed> */
    private static function registry(): array
    {
        $who = ['customer' => 'K-1', 'name' => 'Ромашка <b>'];
        return [
            'as_of' => '2026-11-20T06:00:00Z',
            'certificates' => [[...$who, 'until' => '2026-12-20', 'days' => 30, 'certificate' => 'S-1']],
            'entitlements' => [[...$who, 'entitlement' => 'hours', 'period' => '2026-11', 'used' => 9.5, 'left' => -1, 'of' => 8.5,
                'unit' => 'hours', 'paper' => 'D-1']],
            'versions' => [[...$who, 'product' => 'farm', 'version' => '2.0', 'state' => 'outdated', 'latest' => '']],
            'exceptions' => [['id' => 'fair', ...$who, 'level' => 'gold', 'reason' => 'Fair', 'approver' => 'Head',
                'until' => '2026-12-31']],
            'obligations' => [[...$who, 'title_ru' => 'Выезды', 'title_en' => 'Visits', 'paper' => 'D-1', 'period' => '2026-11',
                'at_least' => 2, 'kept' => null, 'state' => 'unknown', 'due_at' => '2026-11-30T11:00:00Z', 'last_day' => '2026-11-30',
                'calendar' => 'office-24']],
            'more' => ['certificates' => 7, 'entitlements' => 1, 'versions' => 1, 'exceptions' => 1, 'obligations' => 1],
            'tracks' => ['certificates'], 'not_listed' => ['tickets'],
        ];
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
            'portal' => ['show' => ['level', 'state', 'due']],
            'phrases' => [['language' => 'ru', 'phrase' => 'читайте инструкцию']], 'registry' => self::registry(),
            'report' => ['calendar' => 'office-24', 'zone' => 'Europe/Moscow'],
        ]));
    }
}
