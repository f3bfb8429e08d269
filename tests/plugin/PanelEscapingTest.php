<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Panel\Html;
use SlaBridge\Panel\Panel;
use SlaBridge\Panel\Portal;

/** Whatever people wrote stands in the panel as text: in every place where a text gets in. */
final class PanelEscapingTest extends TestCase
{
    private const MARK = 'q7x';
    private const PAYLOADS = [
        'script' => '<script>q7x()</script>',
        'attribute' => '"><img src=x onerror=q7x()>',
        'single quote' => "' onmouseover='q7x()",
        'address' => 'javascript:q7x()',
        'address, hidden' => "java\tscript:q7x()//",
        'end of the data' => '</script><script>q7x()//',
        'comment' => '<!--<script>q7x',
        'entity' => '&lt;script&gt;q7x&#60;b&#x3e;',
        'direction' => "q7x\u{202E}\u{2066}gnp.exe\u{200F}",
        'nul' => "q7x\0<b\0>bold",
        'broken bytes' => "q7x\xC3\x28\xFF<i>",
        'place of a sentence' => '{link}{T}{A}{level}q7x{n}',
        'svg' => '<svg><use href="#q7x" onload=q7x()></svg>',
        'style' => '</style><style>*{background:url(//q7x)}',
    ];

    /** @return iterable<string, array{string}> */
    public static function payloads(): iterable
    {
        foreach (self::PAYLOADS as $name => $payload) {
            yield $name => [$payload];
        }
    }

    /** @dataProvider payloads */
    public function testTextsOfPeopleBecomeNoMarkup(string $payload): void
    {
        foreach (['running', 'merged', 'open, overdue', 'open, two clocks', 'no rule', 'no target', 'customer not found'] as $name) {
            foreach (['ru', 'en'] as $language) {
                $clean = PanelCases::view($name, $language);
                $view = PanelCases::view($name, $language, [
                    'detail' => self::spoilt($clean->detail, $payload), 'cycles' => self::spoilt($clean->cycles, $payload),
                    'published' => self::spoilt($clean->published, $payload),
                    'native' => ['plan' => $payload, 'due_at' => $clean->now, 'ours' => false],
                    'ticket' => ['number' => $payload] + PanelCases::ticket(['merged_into' => $clean->ticket['merged_into'] === null ? null
                        : ['number' => $payload, 'url' => $payload]]),
                    'links' => array_fill_keys(['edit_sla_set_critical', 'assign', 'sla_help'], $payload),
                ]);
                self::assertHarmless(Panel::html($view), Panel::html($clean), "$name $language");
                self::assertHarmless(Portal::html($view), null, "$name $language, portal");
            }
        }
    }

    /** The same tree of elements, and the payload nowhere but in text and in attributes that are only read. */
    private static function assertHarmless(string $html, ?string $clean, string $where): void
    {
        $document = new DOMDocument();
        self::assertTrue($html === '' || $document->loadXML(str_replace(' hidden>', ' hidden="">', $html)), $where);
        $read = new PanelReader($html);
        $allowed = ['aria-label', 'title'];
        foreach ($read->found('//@*') as $attribute) {
            self::assertStringNotContainsString('on', substr($attribute->nodeName, 0, 2), $where);
            if (str_contains((string) $attribute->nodeValue, self::MARK)) {
                self::assertContains($attribute->nodeName, $allowed, $where);
            }
        }
        self::assertSame([], $read->found('//img|//style|//iframe|//object|//i'), $where);
        self::assertLessThanOrEqual(1, count($read->found('//script')), $where);
        self::assertDoesNotMatchRegularExpression(
            '/[\x00-\x08\x{202A}-\x{202E}\x{2066}-\x{2069}\x{200F}]/u',
            self::withoutData($html),
            $where
        );
        if ($clean !== null) {
            self::assertStringContainsString(self::MARK, $read->told(), "$where: it is shown, as text");
            $read->data();
        }
    }

    private static function withoutData(string $html): string
    {
        return (string) preg_replace('~<script.*?</script>~s', '', $html);
    }

    /** Puts the payload into every text that is none of the words that the plugin compares. */
    private static function spoilt(mixed $value, string $payload, string $key = ''): mixed
    {
        $kept = ['state', 'outcome', 'verdict', 'category', 'target', 'metric', 'calendar', 'kind', 'zone', 'show', 'until', 'digest'];
        if (is_array($value)) {
            $spoilt = [];
            foreach ($value as $name => $inner) {
                $spoilt[$name] = in_array($name, $kept, true) ? $inner : self::spoilt($inner, $payload, (string) $name);
            }
            return $spoilt;
        }
        // Instants are compared too, and keys of the publication's titles.
        return is_string($value) && !preg_match('/^\d{4}-\d\d-\d\dT/', $value) ? $payload : $value;
    }

    /** @dataProvider payloads */
    public function testEvidenceIsTextToo(string $payload): void
    {
        $evidence = ['version' => [$payload, [$payload => true]], $payload => $payload, 'latest' => ['ru' => $payload, 'en' => $payload]];
        $check = ['id' => $payload, 'outcome' => 'fail', 'title' => 'x', 'message' => 'y', 'evidence' => $evidence];
        $html = Panel::html(PanelCases::view('running', 'ru', ['detail' => PanelCases::detail([], ['checks' => [$check]])]));
        self::assertHarmless($html, $html, 'evidence');
    }

    /** @dataProvider payloads */
    public function testLevelsMetricsAndKindsOfALaterBridgeAreTextToo(string $payload): void
    {
        $clock = PanelCases::clock('running', '2026-11-05 06:35', '2026-11-05 12:35', [
            'metric' => $payload, 'level' => $payload, 'target' => $payload, 'cause' => $payload, 'calendar' => $payload]);
        $detail = PanelCases::detail([$clock], ['level' => $payload, 'rule' => $payload, 'curator' => $payload,
            'customer' => ['id' => $payload, 'name' => $payload, 'category' => $payload]]);
        $published = PanelCases::published(['zone' => $payload, 'title' => ['ru' => $payload, 'en' => $payload]]);
        $published['calendars'][$payload] = $published['calendars']['support-msk'];
        foreach (['ru', 'en'] as $language) {
            $html = Panel::html(PanelCases::view('running', $language, ['detail' => $detail, 'published' => $published]));
            self::assertHarmless($html, $html, "kinds, $language");
        }
    }

    public function testOnlyAddressesWithinTheSiteAreFollowed(): void
    {
        foreach (['/scp/tickets.php?id=1&a=b', '#assign', '/'] as $sound) {
            self::assertStringContainsString('<a ', Html::link($sound, 'x'), $sound);
        }
        foreach (
            ['javascript:alert(1)', '//evil.example', '/\\evil.example', 'http://evil.example', "/a\nb", '', 'x', '/a b',
            "#a\0", '\\x', null] as $bad
        ) {
            self::assertSame('x', Html::link($bad, 'x'), (string) $bad);
        }
    }

    public function testTheDataCannotEndTheirElement(): void
    {
        $detail = PanelCases::detail([PanelCases::clock(
            'running',
            '2026-11-05 06:35',
            '2026-11-05 12:35',
            ['calendar' => '</script><!--&']
        )]);
        $published = PanelCases::published();
        $published['calendars']['</script><!--&'] = $published['calendars']['support-msk'];
        $html = Panel::html(PanelCases::view('running', 'en', ['detail' => $detail, 'published' => $published]));
        self::assertSame(1, substr_count($html, '</script>'));
        self::assertSame('</script><!--&', (new PanelReader($html))->data()['clocks'][0]['calendar']);
    }
}
