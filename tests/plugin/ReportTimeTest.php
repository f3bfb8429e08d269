<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ApiError;
use SlaBridge\Report\Backlog;
use SlaBridge\Report\LocalTime;
use SlaBridge\Report\Period;
use SlaBridge\Report\Question;
use SlaBridge\Report\ReportCalendar;
use SlaBridge\Report\WeekCount;

final class ReportTimeTest extends TestCase
{
    private static function unix(string $instant): int
    {
        return (int) strtotime($instant);
    }

    private static function time(string $zone = 'Europe/Moscow'): LocalTime
    {
        return new LocalTime(new DateTimeZone($zone));
    }

    /** From Monday 2 November 2026 on: ten to six on weekdays, but for Wednesday the 4th, by the clocks of Moscow. */
    private static function calendar(int $days = 60): ReportCalendar
    {
        $windows = [];
        for ($day = LocalTime::dayOf('2026-11-02'); $day < LocalTime::dayOf('2026-11-02') + $days; $day++) {
            $date = LocalTime::date($day);
            if (LocalTime::weekday($day) < 5 && $date !== '2026-11-04') {
                $windows[] = ["{$date}T07:00:00Z", "{$date}T15:00:00Z"];
            }
        }
        return new ReportCalendar(
            ['from' => '2026-11-01T21:00:00Z', 'until' => LocalTime::date($day) . 'T21:00:00Z', 'windows' => $windows],
            'Europe/Moscow'
        );
    }

    public function testHoursAreThoseOfTheZonesClocks(): void
    {
        $zones = ['Europe/Moscow', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC', 'Pacific/Chatham'];
        foreach ($zones as $zone) {
            $time = self::time($zone);
            for ($at = self::unix('2026-01-01 00:00 UTC'); $at < self::unix('2027-01-01 00:00 UTC'); $at += 900 * 7) {
                $local = (new DateTimeImmutable("@$at"))->setTimezone(new DateTimeZone($zone));
                self::assertSame([(int) $local->format('N') - 1, (int) $local->format('G')], $time->hour($at), "$zone $at");
                self::assertSame($local->format('Y-m-d'), LocalTime::date($time->day($at)));
            }
        }
    }

    public function testADayBeginsWhereTheClocksSayMidnightAlsoAfterTheyWereChanged(): void
    {
        foreach (['Europe/Berlin', 'America/New_York', 'Europe/Moscow', 'Asia/Kathmandu'] as $zone) {
            $time = self::time($zone);
            for ($day = LocalTime::dayOf('2026-01-01'); $day < LocalTime::dayOf('2027-01-01'); $day++) {
                $midnight = new DateTimeImmutable(LocalTime::date($day), new DateTimeZone($zone));
                self::assertSame($midnight->getTimestamp(), $time->instant($day), $zone . LocalTime::date($day));
            }
        }
    }

    public function testEventsAreCountedByTheHourOfTheirWeek(): void
    {
        $week = new WeekCount(self::time());
        $week->add(self::unix('2026-11-01 20:59:59 UTC'));
        $week->add(self::unix('2026-11-01 21:00:00 UTC'), 4);
        self::assertSame([1, 4, 5], [$week->hours[6][23], $week->hours[0][0], array_sum(array_map('array_sum', $week->hours))]);
    }

    public function testAPeriodHasBothItsDatesByTheClocksOfItsZone(): void
    {
        $period = new Period(new Question('2026-11-01', '2026-11-30'), self::time(), self::unix('2027-05-05 UTC'));
        self::assertSame([self::unix('2026-10-31 21:00 UTC'), self::unix('2026-11-30 21:00 UTC')], [$period->start, $period->end]);
        self::assertTrue($period->contains($period->start) && $period->contains($period->end - 1));
        self::assertFalse($period->contains($period->start - 1) || $period->contains($period->end));
    }

    public function testWithoutDatesItIsTheMonthOfTodayThere(): void
    {
        $period = new Period(new Question(), self::time(), self::unix('2026-11-30 21:30 UTC'));
        self::assertSame(['2026-12-01', '2026-12-31'], [$period->from, $period->until]);
        self::assertSame('2028-02-29', (new Period(new Question(), self::time(), self::unix('2028-02-10 UTC')))->until);
    }

    public function testTwelveWholeMonthsEndWithThatOfThePeriodsEnd(): void
    {
        $period = new Period(new Question('2026-12-30', '2027-01-31'), self::time(), 0);
        self::assertSame(['2026-02', '2027-01', 12], [$period->months[0], $period->months[11], count($period->months)]);
        self::assertSame([self::unix('2026-01-31 21:00 UTC'), self::unix('2027-01-31 21:00 UTC')], [$period->edges[0], $period->edges[12]]);
        self::assertSame('2026-12', $period->months[10]);
    }

    /** @return array<string, array{0: ?string, 1: ?string, 2?: string}> */
    public static function refused(): array
    {
        return ['ends before it begins' => ['2026-11-02', '2026-11-01'], 'over 400 days' => ['2025-10-26', '2026-11-30'],
            'one end' => ['2026-11-01', null], 'the other' => [null, '2026-11-01'], 'no date' => ['2026-02-30', '2026-03-30'],
            'no text of a date' => ['2026-1-1', '2026-03-30'], 'a line more' => ["2026-11-01\n", '2026-11-30'],
            'no dimension' => ['2026-11-01', '2026-11-30', 'topic']];
    }

    /** @dataProvider refused */
    #[PHPUnit\Framework\Attributes\DataProvider('refused')]
    public function testAQuestionWithoutAnAnswerIsABadRequest(?string $from, ?string $until, string $by = 'level'): void
    {
        try {
            new Question($from, $until, $by);
        } catch (ApiError $error) {
            self::assertSame([400, 'bad_request'], [$error->status, $error->reason]);
            return;
        }
        self::fail('it was taken');
    }

    public function testFourHundredDaysAndOneAreTaken(): void
    {
        self::assertSame('2025-10-27', (new Question('2025-10-27', '2026-11-30'))->from);
        self::assertSame('2026-11-30', (new Question('2026-11-30', '2026-11-30'))->until);
    }

    public function testAgeIsCountedInWorkedDaysAfterThatOnWhichTheTicketCame(): void
    {
        $now = self::unix('2026-11-10 08:00 UTC');
        $age = static function (string $created) use ($now): array {
            $backlog = new Backlog(self::calendar(), self::time(), $now);
            $backlog->add(self::unix($created), false);
            return [array_column($backlog->bands, 'ours'), array_column($backlog->bands, 'waiting')];
        };
        $band = static fn (int $index): array => [array_replace([0, 0, 0, 0, 0], [$index => 1]), [0, 0, 0, 0, 0]];
        self::assertSame($band(0), $age('2026-11-09 21:00 UTC'), 'today from its first second on');
        self::assertSame($band(1), $age('2026-11-09 20:59:59 UTC'), 'yesterday until its last');
        self::assertSame($band(1), $age('2026-11-06 12:00 UTC'), 'two worked days: a weekend is none');
        self::assertSame($band(2), $age('2026-11-05 12:00 UTC'), 'three');
        self::assertSame($band(2), $age('2026-11-02 12:00 UTC'), 'five: the holiday is none');
        self::assertSame($band(2), $age('2026-11-01 12:00 UTC'), 'six: Monday counts for a ticket of Sunday');
    }

    public function testTheOldestAgeBeginsWithTheThirtiethWorkedDay(): void
    {
        foreach (['2026-12-14' => 3, '2026-12-15' => 4] as $today => $band) {
            $backlog = new Backlog(self::calendar(), self::time(), self::unix("$today 08:00 UTC"));
            $backlog->add(self::unix('2026-11-02 12:00 UTC'), true, 5);
            self::assertSame([5, null], [$backlog->bands[$band]['waiting'], $backlog->bands[4]['until_days']], $today);
        }
    }

    public function testAnHourIsWorkedWhereItIsOnHalfOfThePeriodsDates(): void
    {
        $calendar = self::calendar();
        $hours = static fn (array $week, int $weekday): array => array_keys(array_filter($week[$weekday]));
        $november = $calendar->workingWeek('2026-11-02', '2026-11-29');
        self::assertSame(range(10, 17), $hours($november, 0));
        self::assertSame(range(10, 17), $hours($november, 2), 'three of four Wednesdays');
        self::assertSame([], $hours($november, 5));
        self::assertSame(range(10, 17), $hours($calendar->workingWeek('2026-11-02', '2026-11-15'), 2), 'one of two is half');
        self::assertSame([], $hours($calendar->workingWeek('2026-11-02', '2026-11-08'), 2), 'the holiday alone');
        self::assertSame([], $hours($calendar->workingWeek('2026-11-03', '2026-11-03'), 0), 'no Monday in it');
    }

    public function testWhatLiesBeforeTheCalendarIsToldByItsOtherWeeks(): void
    {
        $week = self::calendar()->workingWeek('2024-02-01', '2024-02-29');
        self::assertSame([range(10, 17), range(10, 17), []], array_map(
            static fn (int $weekday): array => array_keys(array_filter($week[$weekday])),
            [0, 2, 6]
        ));
        $half = self::calendar()->workingWeek('2026-10-01', '2026-11-08');
        self::assertSame([], array_keys(array_filter($half[2])), 'of the dates that are known, the holiday alone');
    }
}
