<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Actions\ActionsTable;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;

/** The agents' page of actions: what it says, and that nothing on it is more than text. */
final class ActionsTableTest extends TestCase
{
    private const ROW = ['ticket' => 7, 'number' => '100007', 'key' => 'warn:first_response:1', 'id' => 'warn', 'kind' => 'email',
        'state' => 'held', 'reason' => 'per_day', 'changed' => 1795852800];

    public function testEachRowHasItsTicketItsReasonAndTwoDecisions(): void
    {
        foreach (['ru', 'en'] as $language) {
            $page = self::page($language, [self::ROW]);
            self::assertStringContainsString('href="/scp/tickets.php?id=7"', $page);
            self::assertStringContainsString(Words::in($language)->say('actions.reason.per_day'), $page);
            self::assertStringContainsString('name="key" value="warn:first_response:1"', $page);
            self::assertSame(['send', 'drop'], preg_match_all('/name="do" value="(\w+)"/', $page, $found) ? $found[1] : []);
            self::assertSame(1, substr_count($page, '<i-am-the-token>'));
        }
    }

    public function testALetterOfNoTicketHasADashInItsPlaceAndItsDecisions(): void
    {
        foreach (['ru', 'en'] as $language) {
            $page = self::page($language, [['ticket' => null, 'number' => '', 'key' => 'visit:k-1:1', 'id' => 'visit'] + self::ROW]);
            self::assertStringContainsString('<td>—</td>', $page);
            self::assertStringNotContainsString('tickets.php', $page);
            self::assertStringContainsString('name="ticket" value=""', $page);
            self::assertStringContainsString('name="key" value="visit:k-1:1"', $page);
            self::assertStringContainsString(Words::in($language)->say('actions.send') . ': visit"', $page);
        }
    }

    public function testEveryKindAndStateHasWordsInBothLanguages(): void
    {
        foreach (['ru', 'en'] as $language) {
            foreach (['note', 'reply', 'email', 'priority', 'status', 'department', 'assign', 'close'] as $kind) {
                self::assertTrue(Words::in($language)->has("actions.kind.$kind"), "$language: $kind");
            }
            foreach (['held', 'refused', 'unknown'] as $state) {
                self::assertTrue(Words::in($language)->has("actions.state.$state"), "$language: $state");
            }
        }
    }

    public function testAReasonWithoutWordsIsShownAsItIs(): void
    {
        self::assertStringContainsString('brand_new', self::page('en', [['reason' => 'brand_new'] + self::ROW]));
    }

    public function testNothingBecomesMarkUp(): void
    {
        $evil = '"><script>x</script>';
        $row = ['number' => $evil, 'key' => $evil, 'id' => $evil, 'reason' => $evil] + self::ROW;
        self::assertStringNotContainsString('<script', self::page('ru', [$row]));
    }

    public function testAnEmptyPageSaysSoAndSwitchedOffIsSaidFirst(): void
    {
        $words = Words::in('en');
        self::assertStringContainsString($words->say('actions.nothing'), self::page('en', []));
        self::assertStringContainsString('sla-actions-off', self::page('en', [], on: false));
        self::assertStringNotContainsString('sla-actions-off', self::page('en', []));
    }

    /** @param list<array<string, mixed>> $rows */
    private static function page(string $language, array $rows, bool $on = true): string
    {
        $words = Words::in($language);
        $instants = new Instants($words, 'Europe/Moscow', 1795856400);
        return ActionsTable::html($words, $instants, $rows, $on, 3, false, '<i-am-the-token>', '/scp/tickets.php?id=');
    }
}
