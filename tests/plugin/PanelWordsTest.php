<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Amounts;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Target;
use SlaBridge\Panel\Words;

final class PanelWordsTest extends TestCase
{
    private const FORMS = ['ru' => ['one', 'few', 'many', 'other'], 'en' => ['one', 'other']];
    /** How a date is put together is a language's own affair. */
    private const BY_LANGUAGE = ['instant', 'portal.day', 'portal.day_year'];

    /** @return array<string, mixed> */
    private static function file(): array
    {
        $path = dirname(__DIR__, 2) . '/plugin/sla-bridge/assets/words.json';
        return json_decode((string) file_get_contents($path), true, 16, JSON_THROW_ON_ERROR);
    }

    /**
     * @param array<string, mixed> $words
     * @return array<string, mixed> sentences, plural forms and lists by their key
     */
    private static function flat(array $words, string $before = ''): array
    {
        $flat = [];
        foreach ($words as $key => $word) {
            $isTable = is_array($word) && !isset($word['other'], $word['one']) && !array_is_list($word);
            $flat += $isTable ? self::flat($word, "$before$key.") : ["$before$key" => $word];
        }
        return $flat;
    }

    public function testEveryWordExistsInBothLanguagesWithTheSamePlaces(): void
    {
        $file = self::file();
        self::assertSame(['ru', 'en'], array_keys($file));
        [$ru, $en] = [self::flat($file['ru']), self::flat($file['en'])];
        self::assertSame(array_keys($ru), array_keys($en));
        $places = static fn (mixed $word): array => preg_match_all(
            '/\{\w+}/',
            json_encode(is_array($word) ? $word['other'] ?? '' : $word),
            $found
        )
            ? array_values(array_unique($found[0])) : [];
        foreach ($ru as $key => $word) {
            if (array_filter(self::BY_LANGUAGE, static fn (string $one): bool => str_starts_with($key, $one)) === []) {
                self::assertEqualsCanonicalizing($places($word), $places($en[$key]), $key);
            }
        }
    }

    public function testEveryPluralHasTheFormsOfItsLanguage(): void
    {
        foreach (self::FORMS as $language => $forms) {
            foreach (self::flat(self::file()[$language]) as $key => $word) {
                if (is_array($word) && !array_is_list($word)) {
                    self::assertSame($forms, array_keys($word), "$language $key");
                }
            }
        }
    }

    public function testEveryWordThatTheCodeAsksForIsThere(): void
    {
        $words = Words::in('en');
        $asked = 0;
        foreach (glob(dirname(__DIR__, 2) . '/plugin/sla-bridge/lib/SlaBridge/Panel/*.php') as $file) {
            preg_match_all('/->(?:say|count|list|named)\(\s*\'([a-z_.]+)\'/', (string) file_get_contents($file), $found);
            foreach ($found[1] as $key) {
                self::assertTrue($words->has(rtrim($key, '.')) || $words->has("receipt.$key"), basename($file) . " asks for $key");
                $asked++;
            }
        }
        self::assertGreaterThan(100, $asked);
    }

    /** @dataProvider numbers */
    public function testNumbersTakeTheirForms(int $number, string $ru, string $en): void
    {
        self::assertSame($ru, Words::form('ru', $number));
        self::assertSame($en, Words::form('en', $number));
    }

    /** @return iterable<int, array{int, string, string}> */
    public static function numbers(): iterable
    {
        $forms = ['one' => [1, 21, 31, 101, 121], 'few' => [2, 3, 4, 22, 24, 102],
            'many' => [0, 5, 11, 12, 13, 14, 19, 20, 25, 111, 112, 1000]];
        foreach ($forms as $form => $numbers) {
            foreach ($numbers as $number) {
                yield $number => [$number, $form, $number === 1 ? 'one' : 'other'];
            }
        }
    }

    /** @dataProvider amounts */
    public function testAmountsHaveTwoUnitsAtMostRoundedDown(int $seconds, string $ru, string $en): void
    {
        self::assertSame($ru, self::plain((new Amounts(Words::in('ru')))->of($seconds)));
        self::assertSame($en, self::plain((new Amounts(Words::in('en')))->of($seconds)));
    }

    /** @return list<array{int, string, string}> */
    public static function amounts(): array
    {
        return [
            [-5, 'меньше минуты', 'less than a minute'], [0, 'меньше минуты', 'less than a minute'],
                [59, 'меньше минуты', 'less than a minute'],
            [60, '1 мин', '1 min'], [359, '5 мин', '5 min'], [3599, '59 мин', '59 min'], [3600, '1 ч 00 мин', '1 h 00 min'],
            [3959, '1 ч 05 мин', '1 h 05 min'], [7859, '2 ч 10 мин', '2 h 10 min'], [359999, '99 ч 59 мин', '99 h 59 min'],
        ];
    }

    public function testAmountsDoNotBreakOverLines(): void
    {
        foreach (['ru', 'en'] as $language) {
            $amounts = new Amounts(Words::in($language));
            foreach ([$amounts->of(3959), $amounts->set(28800), $amounts->days(1, 7300), $amounts->days(5, 0)] as $told) {
                $inner = preg_replace('/(?<=[а-яa-z]) (?=[а-яa-z])/u', '', $told);
                self::assertStringNotContainsString(' ', (string) $inner, $told);
            }
        }
    }

    public function testWorkingDaysAreWholeFromTwoOn(): void
    {
        $amounts = new Amounts(Words::in('ru'));
        self::assertSame('1 рабочий день', self::plain($amounts->days(1, 3599)));
        self::assertSame('1 рабочий день 3 ч', self::plain($amounts->days(1, 12000)));
        self::assertSame('2 рабочих дня', self::plain($amounts->days(2, 12000)));
        self::assertSame('15 рабочих дней', self::plain($amounts->days(15, 0)));
        self::assertSame('21 working days', self::plain((new Amounts(Words::in('en')))->days(21, 0)));
    }

    /** @dataProvider targets */
    public function testTargetsAreToldAsPeopleSayThem(string $target, string $ru, string $en, ?string $of): void
    {
        $read = Target::read($target, null, null);
        self::assertSame($ru, self::plain($read->words(Words::in('ru'))));
        self::assertSame($en, self::plain($read->words(Words::in('en'))));
        self::assertSame($of, $read->amount(Words::in('ru')) === null ? null : self::plain($read->amount(Words::in('ru'))));
    }

    /** @return list<array{string, string, string, ?string}> */
    public static function targets(): array
    {
        return [
            ['8h', '8 рабочих часов', '8 working hours', '8 ч'], ['1h', '1 рабочий час', '1 working hour', '1 ч'],
            ['22h', '22 рабочих часа', '22 working hours', '22 ч'], ['45m', '45 рабочих минут', '45 working minutes', '45 мин'],
            ['1h30m', '1 ч 30 мин рабочего времени', '1 h 30 min of working time', '1 ч 30 мин'],
            ['21wd', '21 рабочий день', '21 working days', '21 рабочего дня'],
                ['24wd', '24 рабочих дня', '24 working days', '24 рабочих дней'],
            ['24wd same-time', '24 рабочих дня', '24 working days', '24 рабочих дней'],
            ['2d', '2 календарных дня', '2 calendar days', '48 ч'], ['1w', '7 календарных дней', '7 calendar days', '168 ч'],
            ['36h calendar', '36 ч по календарю, без выходных и ночей', '36 h of calendar time, nights and weekends included', '36 ч'],
            ['promise', 'обещанная дата', 'promised date', null], ['', '', '', null], ['some day', '', '', null],
        ];
    }

    public function testAPlaceIsFilledOnceEvenWhereItsValueNamesAnother(): void
    {
        self::assertSame("Assigned {B}", strtr('Assigned {A}', ['{A}' => '{B}', '{B}' => 'x']));
        self::assertSame('of {A}', Words::in('en')->say('clock.of', ['B' => '{A}', 'A' => 'x']));
    }

    public function testDatesThatAreNoneStayUntold(): void
    {
        $instants = new Instants(Words::in('ru'), 'Europe/Moscow', 0);
        self::assertSame('31.08.2026', $instants->date('2026-08-31'));
        self::assertNull($instants->date('2026-02-30'));
        self::assertNull($instants->date('2026-8-1'));
        self::assertNull($instants->date("2026-08-31\n"));
    }

    private static function plain(string $text): string
    {
        return str_replace("\u{a0}", ' ', $text);
    }
}
