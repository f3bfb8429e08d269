<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ReportPage\RegistryParts;

/** What is owed to customers, on the page of the report. */
final class ReportObligationsTest extends TestCase
{
    /** @param list<array<string, mixed>> $rows */
    private static function html(array $rows, string $language, bool $seesAll = true): string
    {
        $registry = ['as_of' => null, 'obligations' => $rows, 'more' => ['obligations' => count($rows)]];
        return (new RegistryParts(ReportCases::view($language, ['registry' => $registry], [], $seesAll)))->html();
    }

    /** @param array<string, mixed> $changes @return array<string, mixed> */
    private static function owed(array $changes = []): array
    {
        return $changes + ['customer' => 'c-1', 'name' => 'Рассвет', 'title_ru' => 'Выезды', 'title_en' => 'Visits', 'paper' => 'Д-7',
            'period' => '2026-11', 'at_least' => 2, 'kept' => 1, 'state' => 'due', 'due_at' => '2026-11-30T11:00:00Z',
            'last_day' => '2026-11-30', 'calendar' => 'support-msk'];
    }

    public function testARowSaysWhomWhatHowManyAndUntilWhen(): void
    {
        $ru = self::html([self::owed()], 'ru');
        foreach (['Обязательства перед клиентами', 'Рассвет', 'Выезды, Д-7', '1 из 2', 'предстоит', '30.11.2026'] as $told) {
            self::assertStringContainsString($told, $ru);
        }
        $en = self::html([self::owed(['state' => 'missed', 'kept' => null, 'period' => ''])], 'en');
        foreach (['Owed to customers', 'Visits, Д-7', 'missed', 'at the start'] as $told) {
            self::assertStringContainsString($told, $en);
        }
    }

    public function testWhereNothingIsOwedThereIsNoSuchPart(): void
    {
        self::assertStringNotContainsString('Owed to customers', self::html([], 'en'));
        self::assertStringNotContainsString('Owed to customers', self::html([self::owed()], 'en', false));
    }

    public function testItsWholeListCanBeAskedFor(): void
    {
        self::assertTrue(RegistryParts::has('obligations'));
        $parts = new RegistryParts(ReportCases::view('en', ['registry' => ['obligations' => [self::owed()]]], ['list' => 'obligations']));
        self::assertStringContainsString('Visits, Д-7', $parts->list('obligations'));
        self::assertSame('1 of 2', $parts->told('obligations')[1][0][3]);
    }

    public function testWhatOthersWroteIsEscaped(): void
    {
        $hostile = '<img src=x onerror=alert(1)>';
        $html = self::html([array_map(static fn (mixed $one): mixed => is_string($one) ? $hostile : $one, self::owed())], 'ru');
        self::assertStringNotContainsString('<img', $html);
        self::assertStringContainsString('&lt;img', $html);
    }
}
