<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Obligations;
use SlaBridge\Panel\Panel;
use SlaBridge\Panel\Situation;

/** What the agreement owes the customer, in the panel of a ticket of his. */
final class PanelObligationsTest extends TestCase
{
    private const CUSTOMER = 'KUS-200-003';

    /** @param array<string, mixed> $changes @return array<string, mixed> */
    private static function owed(array $changes = []): array
    {
        return $changes + ['customer' => self::CUSTOMER, 'name' => 'СПК «Колос»', 'title_ru' => 'Выезды', 'title_en' => 'Visits',
            'paper' => 'Д-7', 'period' => '2026-11', 'at_least' => 2, 'kept' => 1, 'state' => 'due',
            'due_at' => PanelCases::wire('2026-11-30 14:00'), 'last_day' => '2026-11-30', 'calendar' => 'support-msk'];
    }

    /** @param list<array<string, mixed>> $rows @param array<string, mixed> $changes of the view */
    private static function html(array $rows, string $language, array $changes = []): string
    {
        $published = ['registry' => ['as_of' => null, 'obligations' => $rows]] + PanelCases::published();
        $view = PanelCases::view('running', $language, $changes + ['published' => $published]);
        return (new Obligations(new Situation($view)))->html();
    }

    private static function text(string $html): string
    {
        return html_entity_decode(strip_tags(str_replace('</h3>', '|', str_replace('</li>', ';', $html))), ENT_QUOTES | ENT_HTML5, 'UTF-8');
    }

    public function testAnAgentSeesHowManyAreKeptAndHowMuchWorkingTimeIsLeft(): void
    {
        $left = static fn (string $language): string => strtr(self::text(self::html([self::owed()], $language)), ["\u{a0}" => ' ']);
        self::assertStringStartsWith('Мы обещали|Выезды (Д-7): выполнено 1 из 2, до ', $left('ru'));
        self::assertMatchesRegularExpression('/до 30\.11\.2026 осталось \d+ ч.* рабочего времени;$/u', $left('ru'));
        self::assertMatchesRegularExpression(
            '/^What we owe\|Visits \(Д-7\): 1 of 2 kept, \d+ h.* of working time left until /u',
            $left('en')
        );
    }

    public function testTheWorkingTimeLeftIsThatOfThePublishedCalendar(): void
    {
        // From the opening of the last day on it has nine hours.
        $opens = PanelCases::at('2026-11-30 05:00');
        $html = self::html([self::owed()], 'en', ['now' => $opens, 'lastPass' => $opens]);
        self::assertStringContainsString('9 h 00 min of working time left', strtr(self::text($html), ["\u{a0}" => ' ']));
    }

    /** @dataProvider states @param array<string, mixed> $row */
    public function testEveryStateIsToldInWords(array $row, string $ru, string $en): void
    {
        self::assertStringContainsString($ru, strtr(self::text(self::html([self::owed($row)], 'ru')), ["\u{a0}" => ' ']));
        self::assertStringContainsString($en, strtr(self::text(self::html([self::owed($row)], 'en')), ["\u{a0}" => ' ']));
    }

    /** @return iterable<string, array{array<string, mixed>, string, string}> */
    public static function states(): iterable
    {
        yield 'kept' => [['state' => 'kept', 'kept' => 3], 'выполнено 3 из 2, на этот период всё', '3 of 2 kept, all of this period'];
        yield 'missed' => [['state' => 'missed', 'kept' => 0], 'выполнено 0 из 2, последний день был', '0 of 2 kept, the last day was'];
        yield 'unknown' => [['state' => 'unknown', 'kept' => null], 'неизвестно, сколько выполнено', 'nobody knows how many were kept'];
        yield 'calendar not published' => [['calendar' => 'other'], 'последний день 30.11.2026', 'the last day is'];
        yield 'beyond the windows' => [['due_at' => '2030-11-30T14:00:00Z'], 'последний день 30.11.2026', 'the last day is'];
        yield 'without a contract' => [['paper' => ''], 'Выезды: выполнено', 'Visits: 1 of 2'];
    }

    public function testNothingIsCountedWhereTheBridgesLastPassIsLongAgo(): void
    {
        $html = self::html([self::owed()], 'en', ['lastPass' => PanelCases::at('2026-11-01 05:00')]);
        self::assertStringContainsString('the last day is', self::text($html));
    }

    public function testOthersObligationsAndThoseOfNobodyAreNotShown(): void
    {
        self::assertSame('', self::html([self::owed(['customer' => 'K-9'])], 'ru'));
        self::assertSame('', self::html([self::owed(['customer' => ''])], 'ru'));
        self::assertSame('', self::html([], 'ru'));
        $view = PanelCases::view('running', 'ru');
        self::assertStringNotContainsString('sla-obligations', Panel::html($view));
    }

    public function testTheyStandInThePanel(): void
    {
        $published = ['registry' => ['obligations' => [self::owed()]]] + PanelCases::published();
        self::assertStringContainsString('sla-obligations', Panel::html(PanelCases::view('running', 'en', ['published' => $published])));
    }

    public function testWhatOthersWroteIsEscaped(): void
    {
        $hostile = '<img src=x onerror=alert(1)>"\'&';
        $html = self::html([self::owed(['title_ru' => $hostile, 'title_en' => $hostile, 'paper' => $hostile, 'last_day' => $hostile,
            'calendar' => $hostile])], 'ru');
        self::assertStringNotContainsString('<img', $html);
        self::assertStringContainsString('&lt;img', $html);
    }

    public function testRowsOfAnyShapeBreakNothing(): void
    {
        foreach ([null, 7, 'x', [], ['customer' => self::CUSTOMER], self::owed(['due_at' => 'soon', 'kept' => [], 'state' => 9])] as $row) {
            self::assertIsString(self::html([$row], 'en'));
        }
    }
}
