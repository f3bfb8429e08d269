<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Queues\LocalNames;

final class LocalNamesTest extends TestCase
{
    private const RUSSIAN = [
        ['what' => 'queue:at_risk', 'id' => '7', 'name' => 'Под угрозой'],
        ['what' => 'queue:overdue', 'id' => '8', 'name' => 'Просрочено (SLA)'],
        ['what' => 'sort:due', 'id' => '3', 'name' => 'Срок'],
        ['what' => 'sort:arrival', 'id' => '4', 'name' => 'В порядке поступления'],
    ];

    public function testWhoeverReadsTheOtherLanguageGetsItsNames(): void
    {
        self::assertSame([
            'queues' => [7 => ['Под угрозой', 'At risk'], 8 => ['Просрочено (SLA)', 'Overdue (SLA)']],
            'sorts' => [3 => ['Срок', 'Due'], 4 => ['В порядке поступления', 'In order of arrival']],
        ], LocalNames::changes(self::RUSSIAN, 'en'));
    }

    public function testWhoeverReadsTheStoredLanguageGetsNothing(): void
    {
        self::assertSame(['queues' => [], 'sorts' => []], LocalNames::changes(self::RUSSIAN, 'ru'));
        self::assertSame(['queues' => [], 'sorts' => []], LocalNames::changes([], 'en'));
    }

    /** @dataProvider given */
    public function testANameThatSomebodyGaveStays(string $what, string $name): void
    {
        foreach (['ru', 'en'] as $language) {
            $changes = LocalNames::changes([['what' => $what, 'id' => '7', 'name' => $name]], $language);
            self::assertSame(['queues' => [], 'sorts' => []], $changes);
        }
    }

    /** @return list<array{0: string, 1: string}> */
    public static function given(): array
    {
        return [
            ['queue:at_risk', 'Горит'], ['queue:overdue', 'Просрочено (наше)'], ['queue:overdue', ' (SLA)'], ['queue:overdue', ''],
            ['queue:at_risk', 'Просрочено'], ['sort:due', 'Срок и приоритет'], ['queue:former', 'SLA: внимание'], ['queue:other', 'Срок'],
        ];
    }

    public function testTheScriptCallsItsFunctionWithTheNamesAndEndsNowhereElse(): void
    {
        $script = LocalNames::script(['queues' => [7 => ['</script><b>', 'A & B']], 'sorts' => [], 'queue' => 7]);
        self::assertStringStartsWith('<script ', $script, 'osTicket passes on what begins so');
        self::assertSame(1, substr_count($script, '</script'));
        self::assertStringEndsWith('</script>', $script);
        self::assertStringNotContainsString('<b>', $script);
        preg_match('/\}\)\((\{.*\})\);<\/script>$/', $script, $found);
        self::assertSame(
            ['queues' => ['7' => ['</script><b>', 'A & B']], 'sorts' => [], 'queue' => 7],
            json_decode($found[1] ?? '', true)
        );
    }
}
