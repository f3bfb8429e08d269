<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Assets;
use SlaBridge\Panel\Panel;
use SlaBridge\Panel\Words;
use SlaBridge\Queues\Badge;
use SlaBridge\Queues\LevelTitles;
use SlaBridge\Queues\ShortInstant;
use SlaBridge\Queues\StaleNote;

final class BadgeTest extends TestCase
{
    /** A Thursday; in Moscow it is 10:30. */
    private const NOW = '2026-11-05 07:30:00 UTC';
    private const PLAIN = ['style', 'span', 'class', 'title', 'time', 'datetime', 'svg', 'viewbox', 'aria-hidden', 'focusable', 'path',
        'circle', 'd', 'cx', 'cy', 'r', 'fill', 'fill-rule', 'stroke', 'stroke-width', 'data-state'];
    private const STATES = ['running', 'at_risk', 'overdue', 'paused', 'met', 'missed', 'none', null];

    private static function instants(string $language, string $zone = 'Europe/Moscow'): ShortInstant
    {
        return new ShortInstant($language, new DateTimeZone($zone), (int) strtotime(self::NOW));
    }

    private static function badge(string $language, mixed $levels = null, array $choices = []): Badge
    {
        return new Badge($language, self::instants($language), LevelTitles::of($levels, $choices, $language));
    }

    /** @return array<string, array{0: string, 1: array<string, ?string>, 2: string}> */
    public static function cells(): array
    {
        $due = ['due' => '2026-11-06 02:45:00'];
        $since = ['since' => '2026-11-02 02:45:00'];
        return [
            'ru running' => ['ru', ['state' => 'running', 'due' => '2026-11-09 02:45:00'], 'Идёт|пн 09.11, 05:45'],
            'ru at risk' => ['ru', ['state' => 'at_risk', 'due' => '2026-11-05 09:35:00'], 'Под угрозой|сегодня, 12:35'],
            'ru overdue' => ['ru', ['state' => 'overdue', 'due' => '2026-11-04 04:40:00'], 'Просрочено|вчера, 07:40'],
            'ru overdue and paused' => ['ru', ['state' => 'overdue'] + $since, 'Просрочено|пн 02.11, 05:45'],
            'ru paused' => ['ru', ['state' => 'paused'] + $since, "На паузе|ждём с\u{A0}02.11"],
            'ru paused today' => ['ru', ['state' => 'paused', 'since' => '2026-11-05 06:00:00'], "На паузе|ждём с\u{A0}09:00"],
            'ru met' => ['ru', ['state' => 'met'] + $since, "Выполнено|отвечено\u{A0}02.11"],
            'ru missed' => ['ru', ['state' => 'missed', 'since' => '2025-11-02 02:45:00'], "Нарушено|отвечено\u{A0}11.2025"],
            'ru none' => ['ru', ['state' => 'none'], 'Без срока'],
            'ru not looked at' => ['ru', [], 'Ждёт расчёта'],
            'en running' => ['en', ['state' => 'running'] + $due, 'Running|tomorrow, 05:45'],
            'en in another year' => ['en', ['state' => 'running', 'due' => '2027-01-11 06:00:00'], 'Running|11 Jan 2027'],
            'en at risk' => ['en', ['state' => 'at_risk', 'due' => '2026-12-02 11:00:00'], 'At risk|Wed 2 Dec 14:00'],
            'en overdue' => ['en', ['state' => 'overdue', 'due' => '2026-11-04 04:40:00'], 'Overdue|yesterday, 07:40'],
            'en paused' => ['en', ['state' => 'paused'] + $since, "Paused|since\u{A0}2 Nov"],
            'en met' => ['en', ['state' => 'met'] + $since, "Met|answered\u{A0}2 Nov"],
            'en missed' => ['en', ['state' => 'missed'] + $since, "Missed|answered\u{A0}2 Nov"],
            'en none' => ['en', ['state' => 'none'], 'No SLA'],
            'en not looked at' => ['en', ['level' => null], 'Not assessed'],
            'a word of a later version' => ['en', ['state' => 'frozen'], 'frozen'],
        ];
    }

    /** @dataProvider cells @param array<string, ?string> $row */
    public function testACellSaysStateAndInstant(string $language, array $row, string $said): void
    {
        $badge = self::badge($language);
        $html = (string) preg_replace('/<style>.*<\/style>/', '', $badge->html($row));
        self::assertSame($said, trim((string) preg_replace('/\|+/', '|', strip_tags(str_replace('<', '|<', $html))), '|'));
    }

    public function testEachStateHasAShapeOfItsOwnThatIsHiddenFromReaders(): void
    {
        $shapes = [];
        foreach (self::STATES as $state) {
            preg_match('/<svg[^>]*aria-hidden="true"[^>]*>(.*)<\/svg>/', self::badge('ru')->html(['state' => $state]), $found);
            $shapes[] = $found[1] ?? '';
        }
        self::assertCount(count(self::STATES), array_unique(array_filter($shapes)));
    }

    public function testTheStyleIsThereOnceAPage(): void
    {
        $badge = self::badge('en');
        $page = $badge->html(['state' => 'met']) . $badge->html(['state' => 'met']) . $badge->html([]);
        self::assertSame(1, substr_count($page, '<style>'));
    }

    public function testWordsShapesAndColoursAreThoseOfThePanel(): void
    {
        $panel = Panel::html(PanelCases::view('running', 'ru'));
        $css = Assets::css();
        foreach (array_filter(self::STATES) as $state) {
            $html = self::badge('ru')->html(['state' => $state]);
            self::assertStringContainsString(Words::in('ru')->say("states.$state") . '</span>', $html);
            preg_match('/<svg[^>]*>(.*)<\/svg>/', $html, $shape);
            self::assertStringContainsString("<symbol id=\"sla-icon-$state\" viewBox=\"0 0 16 16\">$shape[1]</symbol>", $panel);
            self::assertSame(1, preg_match("/\\.sla-badge\\[data-state=\"$state\"\\][^{]* \\{ color: #\\w+;[^}]*}/", $css, $rule), $state);
            self::assertStringContainsString("data-state=\"$state\"", $html);
            self::assertSame(1, substr_count($html, $rule[0]), $state);
        }
        self::assertStringNotContainsString('3px; }', $html, 'nothing of what is meant for other media');
    }

    public function testAListNeverSaysOutsideHours(): void
    {
        foreach (self::STATES as $state) {
            $html = self::badge('en')->html(['state' => $state, 'due' => '2026-11-06 02:45:00']);
            self::assertStringNotContainsStringIgnoringCase('outside', $html);
        }
    }

    public function testTheInstantIsThereForMachinesToo(): void
    {
        $html = self::badge('en')->html(['due' => '2026-11-06 02:45:00']);
        self::assertStringContainsString('<time datetime="2026-11-06T02:45:00Z">', $html);
    }

    public function testTheLevelIsCalledAsPublishedElseAsOnTheForm(): void
    {
        $standard = ['title' => ['ru' => 'Стандартная поддержка', 'en' => 'Standard support'], 'short' => ['ru' => 'Стандарт']];
        $levels = ['standard' => $standard,
            'odd' => ['title' => ['en' => '  ']], 'wrong' => 7, 'list' => ['title' => ['ru' => ['x']]]];
        $choices = ['standard' => 'S', 'odd' => 'Odd one', 'general' => 'Общий'];
        $said = static fn (string $language, string $key): string => (string) preg_replace(
            '/^.*class="sla-cell-level" title="([^"]*)">([^<]*)<.*$/s',
            '$1|$2',
            self::badge($language, $levels, $choices)->html(['state' => 'met', 'level' => $key])
        );
        self::assertSame('Стандартная поддержка|Стандарт', $said('ru', 'standard'));
        self::assertSame('Standard support|Standard support', $said('en', 'standard'));
        self::assertSame(['Odd one|Odd one', 'Общий|Общий', 'wrong|wrong', 'list|list', 'nobody|nobody'], array_map(
            static fn (string $key): string => $said('ru', $key),
            ['odd', 'general', 'wrong', 'list', 'nobody']
        ));
    }

    public function testWhateverIsWrittenIsText(): void
    {
        $payloads = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '</style><b>', '&lt;b&gt;',
            "\xFF<b>", '<!--', '<svg onload=alert(1)>'];
        foreach ($payloads as $payload) {
            $levels = ['a' => ['title' => ['ru' => $payload, 'en' => $payload], 'short' => ['ru' => $payload, 'en' => $payload]]];
            foreach (
                [self::badge('ru', $levels)->html(['state' => $payload, 'level' => 'a', 'due' => $payload]),
                    self::badge('en', null, ['a' => $payload])->html(['state' => 'met', 'level' => 'a', 'since' => $payload]),
                    self::badge('en')->html(['state' => $payload, 'level' => $payload])] as $html
            ) {
                self::assertSame([], array_diff(self::names($html), self::PLAIN), $html);
            }
        }
    }

    /** All elements and attributes, as a browser reads them. @return list<string> */
    private static function names(string $html): array
    {
        $page = new DOMDocument();
        $page->loadHTML("<?xml encoding=\"UTF-8\"><body>$html</body>", LIBXML_NOERROR | LIBXML_NONET);
        $names = [];
        foreach ((new DOMXPath($page))->query('//body//*|//body//*/@*') as $node) {
            $names[] = $node->nodeName;
        }
        return array_values(array_unique($names));
    }

    public function testDaysAreThoseOfTheReadersZone(): void
    {
        $at = (int) strtotime('2026-11-05 20:59:00 UTC');
        self::assertSame('сегодня, 23:59', self::instants('ru')->withTime($at));
        self::assertSame('завтра, 00:00', self::instants('ru')->withTime($at + 60));
        self::assertSame('завтра, 02:59', self::instants('ru', 'Asia/Almaty')->withTime($at + 3600));
        self::assertSame('вт 03.11, 12:00', self::instants('ru')->withTime((int) strtotime('2026-11-03 09:00:00 UTC')));
    }

    public function testTomorrowIsTomorrowAlsoOverTheEndOfSummerTimeAndOfTheYear(): void
    {
        $zone = new DateTimeZone('Europe/Berlin');
        $late = new ShortInstant('en', $zone, (int) strtotime('2026-10-24 22:30:00 UTC'));
        self::assertSame('tomorrow, 00:10', $late->withTime((int) strtotime('2026-10-25 23:10:00 UTC')));
        self::assertSame('today, 23:50', $late->withTime((int) strtotime('2026-10-25 22:50:00 UTC')));
        $newYearsEve = new ShortInstant('en', $zone, (int) strtotime('2026-12-31 12:00:00 UTC'));
        self::assertSame('tomorrow, 09:00', $newYearsEve->withTime((int) strtotime('2027-01-01 08:00:00 UTC')));
        self::assertSame('2 Jan 2027', $newYearsEve->withTime((int) strtotime('2027-01-02 08:00:00 UTC')));
    }

    public function testAPassIsLongAgoAfterAnHourOrThreeIntervalsWhicheverIsLonger(): void
    {
        self::assertNull(StaleNote::passedLongAgo('1000', null, 4600));
        self::assertSame(1000, StaleNote::passedLongAgo('1000', null, 4601));
        self::assertNull(StaleNote::passedLongAgo('1000', '3000', 10000));
        self::assertSame(1000, StaleNote::passedLongAgo('1000', '3000', 10001));
        self::assertSame(1000, StaleNote::passedLongAgo('1000', '60', 4601));
        self::assertNull(StaleNote::passedLongAgo(null, null, 99999));
        self::assertNull(StaleNote::passedLongAgo('0', '60', 99999));
    }
}
