<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Letters\CleanText;
use SlaBridge\Letters\Language;
use SlaBridge\Letters\MessageId;
use SlaBridge\Letters\Places;
use SlaBridge\Letters\Recipient;

final class LettersTest extends TestCase
{
    private static function place(string $name): string
    {
        return "\u{E000}$name\u{E001}";
    }

    public function testPlacesAreFilledInOnePassAndNothingElseIsExpanded(): void
    {
        $places = new Places(['desk' => self::place('ticket_link') . ' %{ticket.number} $1 \\0', 'ticket_link' => 'https://a.example']);
        self::assertSame(
            "ticket_link %{ticket.number} $1 \\0 %{desk} {desk}\n",
            $places->text(self::place('desk') . ' %{desk} {desk}')
        );
    }

    public function testWhatFillsAPlaceOfHtmlIsEscapedThere(): void
    {
        $places = new Places(['desk' => '<b>"A" & \'B\'</b>', 'ticket_link' => 'https://a.example/?a=1&b="x"']);
        self::assertSame(
            '<p>&lt;b&gt;&quot;A&quot; &amp; &apos;B&apos;&lt;/b&gt; <a href="https://a.example/?a=1&amp;b=&quot;x&quot;">x</a></p>',
            $places->html('<p>' . self::place('desk') . ' <a href="' . self::place('ticket_link') . '">x</a></p>')
        );
    }

    public function testALineWhosePlaceHasNoValueIsLeftOut(): void
    {
        $text = "Здравствуйте!\n\nОценить: " . self::place('rating_link') . "\n\nС уважением\n";
        self::assertSame("Здравствуйте!\n\nС уважением\n", (new Places(['rating_link' => null]))->text($text));
        self::assertSame("Здравствуйте!\n\nОценить: r\n\nС уважением\n", (new Places(['rating_link' => 'r']))->text($text));
    }

    public function testTheWordsThatAnnounceAnAddressGoWithIt(): void
    {
        $text = "Заявка:\n" . self::place('ticket_link') . "\n\nОценить:\n" . self::place('rating_link') . "\n\nВсё:\nздесь";
        self::assertSame("Заявка:\nhttps://a.example\n\nВсё:\nздесь\n", (new Places(['ticket_link' => 'https://a.example']))->text($text));
        self::assertSame("Всё:\nздесь\n", (new Places([]))->text($text));
    }

    /** @dataProvider lackingParts */
    public function testThePartOfHtmlWhosePlaceHasNoValueIsLeftOut(string $left, string $html): void
    {
        $html = str_replace('RATING', self::place('rating_link'), $html);
        self::assertSame($left, (new Places(['desk' => 'D']))->html($html));
    }

    /** @return iterable<string, array{string, string}> */
    public static function lackingParts(): iterable
    {
        yield 'a paragraph' => ['<p>a</p><p>b</p>', '<p>a</p><p style="margin:0"><a href="RATING">rate</a></p><p>b</p>'];
        yield 'a row' => ['<table><tr><td>a</td></tr></table>', '<table><tr><td>a</td></tr><tr><td>RATING</td></tr></table>'];
        yield 'a bare link' => ['<div>a <b>b</b></div>', '<div>a <a href="RATING">rate</a><b>b</b></div>'];
        yield 'in a table in a row, the inner row' => [
            '<tr><td><table></table></td></tr>', '<tr><td><table><tr><td>RATING</td></tr></table></td></tr>',
        ];
        yield 'nowhere' => ['x  y', 'x RATING y'];
        yield 'one that has a value stays' => ['<p>D</p>', '<p>' . self::place('desk') . '</p>'];
        yield 'an element whose name only begins like that' => ['<pre>a</pre>', '<pre>a</pre><p>RATING</p>'];
    }

    public function testALongLetterWithoutAnEndIsNoTrap(): void
    {
        $started = microtime(true);
        $html = str_repeat('<p>x', 20000) . self::place('rating_link');
        self::assertStringNotContainsString("\u{E000}", (new Places([]))->html($html));
        self::assertLessThan(2.0, microtime(true) - $started);
    }

    /** @dataProvider lines */
    public function testALineForAHeaderStaysOneLine(string $given, string $line): void
    {
        self::assertSame($line, CleanText::line($given, 40));
    }

    /** @return iterable<string, array{string, string}> */
    public static function lines(): iterable
    {
        yield 'line ends' => ["a\r\nBcc: b@c.example\r\n\r\nd", 'a Bcc: b@c.example d'];
        yield 'those of Unicode' => ["a\u{2028}b\u{2029}c\u{85}d", 'a b c d'];
        yield 'null, escape, delete' => ["a\0b\x1b[31mc\x7f", 'a b [31mc'];
        yield 'marks of places' => ["\u{E000}desk\u{E001}\u{F8FF}", 'desk'];
        yield 'half a letter of UTF-8' => ["a\xD0", 'a?'];
        yield 'too long' => [str_repeat('я', 90), str_repeat('я', 40)];
        yield 'what is written as a header word stays text' => ['=?utf-8?Q?=0D=0ABcc:_x?=', '=?utf-8?Q?=0D=0ABcc:_x?='];
    }

    public function testANameIsOneLine(): void
    {
        self::assertSame('Иван Bcc: x@y.example <a@b.example>', (new Recipient('a@b.example', "Иван\r\nBcc: x@y.example"))->shown());
        self::assertSame('a@b.example', (new Recipient('a@b.example', ''))->shown());
    }

    public function testOneKeyOfOneTicketHasOneMessageId(): void
    {
        $id = MessageId::of('i', 7, 'accept:ticket:1', 'Helpdesk.Example', 's');
        self::assertMatchesRegularExpression('/^sla-[0-9a-f]{32}@helpdesk\.example$/D', $id);
        self::assertSame($id, MessageId::of('i', 7, 'accept:ticket:1', 'helpdesk.example', 's'));
        $others = array_map(static fn (array $made): string => MessageId::of(...$made), [
            ['j', 7, 'accept:ticket:1', 'helpdesk.example', 's'], ['i', 8, 'accept:ticket:1', 'helpdesk.example', 's'],
            ['i', 7, 'accept:ticket:2', 'helpdesk.example', 's'], ['i', 7, 'accept:ticket:1', 'helpdesk.example', 't'],
            ['i', 71, 'ccept:ticket:1', 'helpdesk.example', 's'],
        ]);
        self::assertCount(5, array_unique($others));
        self::assertNotContains($id, $others);
        self::assertStringEndsWith('@helpdesk.invalid', MessageId::of('i', 7, 'k', "a\r\nBcc: x", 's'));
        self::assertSame($id, MessageId::ours("foo <other@x> <$id>"));
        self::assertNull(MessageId::ours('<sla-12@helpdesk.example> <sla-bounce-' . str_repeat('a', 32) . '@x>'));
    }

    public function testOnlyWellFormedMessageIdsStandInAHeaderAgain(): void
    {
        $header = "<a@b> <c\r\nBcc: d@e> <@f> <g@> <ж@h> <i@j> <a@b> k@l <m@n><o@p>";
        self::assertSame(['a@b', 'i@j', 'm@n', 'o@p'], MessageId::wellFormed($header));
    }

    public function testATextInOneLanguageIsTakenForBoth(): void
    {
        self::assertSame('да', Language::text(['ru' => 'да', 'en' => 'yes'], 'ru'));
        self::assertSame('да', Language::text(['ru' => 'да'], 'en'));
        self::assertSame('yes', Language::text((object) ['en' => 'yes'], 'ru'));
        self::assertSame('plain', Language::text('plain', 'ru'));
        foreach ([null, [], 7, ['en' => ['x']], ['en' => null]] as $nothing) {
            self::assertSame('', Language::text($nothing, 'en'));
        }
    }
}
