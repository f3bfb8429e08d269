<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\ApiError;
use SlaBridge\Panel\Panel;
use SlaBridge\Replies\Offered;
use SlaBridge\Replies\Reply;
use SlaBridge\Replies\ReplyFile;

final class ReadyRepliesTest extends TestCase
{
    /** @param array<string, mixed> $changes */
    private static function read(string $name, string $language, array $changes = []): PanelReader
    {
        return new PanelReader(Panel::html(PanelCases::view($name, $language, $changes + ['replies' => PanelCases::replies()])));
    }

    /** @return list<string> */
    private static function values(PanelReader $read, string $path): array
    {
        return array_map(static fn (DOMNode $one): string => (string) $one->nodeValue, $read->found($path));
    }

    /** @return list<string> the ids of the replies in the list of a panel */
    private static function offered(PanelReader $read): array
    {
        return self::values($read, '//details[contains(@class, "sla-replies")]//button/@data-reply');
    }

    /** @dataProvider states @param list<string> $ids */
    public function testWhatIsOfferedFitsTheStateOfTheClock(string $name, array $ids): void
    {
        foreach (['ru', 'en'] as $language) {
            self::assertSame($ids, self::offered(self::read($name, $language)), $language);
        }
    }

    /** @return iterable<string, array{string, list<string>}> */
    public static function states(): iterable
    {
        $ours = ['11', '13', '12', '14'];
        $waiting = ['11', '21', '12', '22'];
        yield 'running' => ['running', $ours];
        yield 'at risk' => ['at risk', $ours];
        yield 'overdue' => ['overdue', $ours];
        yield 'outside' => ['outside', $ours];
        yield 'stale' => ['stale', $ours];
        yield 'paused' => ['paused', $waiting];
        yield 'late, and waiting' => ['overdue and paused', ['11', '13', '21', '12', '14', '22']];
        foreach (['met', 'missed', 'merged', 'no rule', 'closed unanswered', 'no target', 'not assessed'] as $over) {
            yield $over => [$over, []];
        }
    }

    public function testWithoutRepliesThereIsNoLinkAndNoScriptIsAsked(): void
    {
        foreach (PanelCases::names() as $name) {
            $html = Panel::html(PanelCases::view($name, 'ru'));
            self::assertStringNotContainsString('data-reply', $html, $name);
            self::assertStringNotContainsString('готовый ответ', $html, $name);
        }
    }

    public function testOnlyTheClockThatTheLineTellsOfOffersThem(): void
    {
        self::assertCount(1, self::read('open, two clocks', 'ru')->found('//details[contains(@class, "sla-replies")]'));
    }

    public function testTheCheckThatMissesFactsOffersToAskForThem(): void
    {
        $read = self::read('open, overdue', 'ru');
        self::assertSame(['11'], self::values($read, '//table[contains(@class, "sla-checks")]//button/@data-reply'));
        $titles = self::values($read, '//table[contains(@class, "sla-checks")]//button/@title');
        self::assertSame(['Просьба уточнить сведения (рус.)'], $titles);
        self::assertSame([], self::read('open, overdue', 'ru', ['replies' => []])->found('//button[@data-reply]'));
    }

    public function testEachIsAButtonThatSendsNoFormAndSaysItsLanguage(): void
    {
        $read = self::read('running', 'en');
        self::assertSame(['button'], array_values(array_unique(self::values($read, '//button[@data-reply]/@type'))));
        self::assertSame(['ru', 'en'], self::values($read, '//ul[contains(@class, "sla-replies-list")]/@lang'));
    }

    public function testTitleThatSomebodyGaveIsOnlyText(): void
    {
        $payload = '"><img src=x onerror=alert(1)></button><script>';
        $replies = array_map(static fn (array $one): array => ['title' => $payload] + $one, PanelCases::replies());
        $read = self::read('open, overdue', 'ru', ['replies' => $replies]);
        self::assertSame([], $read->found('//img'));
        self::assertSame([], $read->found('//script[not(@type="application/json")]'));
        self::assertContains($payload, self::values($read, '//button[@data-reply]/text()'));
    }

    public function testOfferedAreThoseOfTheListAsItCallsThemInTheCustomersLanguageFirst(): void
    {
        $noted = ['facts:ru' => ['id' => 5], 'facts:en' => ['id' => 6], 'regret:en' => ['id' => 7], 'close:ru' => ['id' => 8]];
        // Switched off or another department's, a reply is not in the list; one of the desk's own is none of ours.
        $list = [5 => 'Наше название', 6 => 'Ours', 7 => 'Sorry', 99 => 'Theirs'];
        $titles = static fn (string $language): array => array_column(Offered::of($noted, $list, $language), 'title', 'id');
        self::assertSame([5 => 'Наше название', 6 => 'Ours', 7 => 'Sorry'], $titles('ru'));
        self::assertSame([6 => 'Ours', 7 => 'Sorry', 5 => 'Наше название'], $titles('en'));
        self::assertSame([], Offered::of([], $list, 'ru'));
        self::assertSame([], Offered::of($noted, [], 'ru'));
    }

    public function testWhatShowsAnEditIsTitleTextDepartmentSwitchAndFiles(): void
    {
        $reply = ReplyFile::shipped()[0];
        $same = Reply::digestOf($reply->title, $reply->text);
        self::assertSame($same, $reply->digest());
        self::assertSame($same, Reply::digestOf($reply->title, str_replace(['><', "\u{a0}"], [">\r\n<", '&nbsp;'], $reply->text) . "\n"));
        $others = [
            Reply::digestOf($reply->title . '!', $reply->text), Reply::digestOf($reply->title, str_replace(' ', '  ', $reply->text)),
            Reply::digestOf($reply->title, $reply->text, 3), Reply::digestOf($reply->title, $reply->text, 0, false),
            Reply::digestOf($reply->title, $reply->text, 0, true, 1), $same,
        ];
        self::assertCount(6, array_unique($others));
    }

    public function testNotesOfWhatWasMadeFitTheirColumn(): void
    {
        foreach (ReplyFile::shipped() as $reply) {
            $note = "reply:{$reply->name()}:{$reply->digest()}";
            self::assertMatchesRegularExpression('/^[\x21-\x7e]{1,80}$/D', $note);
            self::assertLessThan(256, strlen($reply->title), 'osTicket keeps no longer title');
        }
    }

    /** @dataProvider unusable */
    public function testFileThatCannotBeUsedIsToldWithWhatToDo(string $content, string $why): void
    {
        $path = (string) tempnam(sys_get_temp_dir(), 'replies');
        file_put_contents($path, $content);
        try {
            ReplyFile::read($path);
            self::fail('it was taken');
        } catch (ApiError $error) {
            self::assertStringContainsString($why, $error->getMessage());
        } finally {
            unlink($path);
        }
    }

    /** @return iterable<string, array{string, string}> */
    public static function unusable(): iterable
    {
        yield 'no JSON' => ['{', 'no JSON'];
        yield 'no list' => ['{}', 'a list of replies'];
        yield 'no key' => ['{"replies": [{}]}', 'no usable key'];
        yield 'a key that would break a note' => ['{"replies": [{"key": "a:b"}]}', 'no usable key'];
        yield 'a key that is too long' => ['{"replies": [{"key": "' . str_repeat('a', 21) . '"}]}', 'no usable key'];
        yield 'no version' => ['{"replies": [{"key": "a", "states": []}]}', 'version'];
        yield 'states that are no words' => ['{"replies": [{"key": "a", "version": 1, "states": [1]}]}', 'states'];
        $one = '{"replies": [{"key": "a", "version": 1, "states": [], "title": {"ru": "Т", "en": "T"}, "text": {"ru": "т"}}]}';
        yield 'a text in one language' => [$one, '"en"'];
    }
}
