<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Tickets\FlatText;
use SlaBridge\Wording\KnownPhrases;
use SlaBridge\Wording\PhraseMatcher;

/** Which phrases are found in what agents wrote, whatever it looks like. */
final class WordingTest extends TestCase
{
    private const BYTES = 65536;

    /** @dataProvider written */
    public function testAPhraseIsFoundAsPeopleWouldFindIt(string $phrase, string $body, string $format = 'html'): void
    {
        self::assertSame([$phrase], self::found([$phrase], $body, $format));
    }

    /** @return array<string, array{0: string, 1: string, 2?: string}> */
    public static function written(): array
    {
        return [
            'case' => ['это не ко мне', '<p>ЭТО Не Ко Мне!</p>'],
            'e for yo' => ['ещё раз повторяю', 'Еще раз повторяю'],
            'yo for e' => ['еще раз повторяю', 'Ещё раз повторяю'],
            'composed of two signs' => ['ещё раз', "еще\u{0308} раз"],
            'й of two signs' => ['прочитай инструкцию', "прочитаи\u{0306} инструкцию"],
            'blanks and lines' => ['сами виноваты', "сами \n\t&nbsp; виноваты", 'html'],
            'lines of plain text' => ['сами виноваты', "сами\r\n  виноваты", 'text'],
            'markup within a word' => ['сами виноваты', 'са<b>ми</b> <i>вино</i>ваты'],
            'soft hyphen' => ['сами виноваты', "сами вино&shy;ваты и вино\u{00AD}ваты"],
            'zero width' => ['сами виноваты', "са\u{200B}ми ви\u{2060}но\u{FEFF}ваты"],
            'turned direction' => ['сами виноваты', "сами \u{202E}виноваты"],
            'entities' => ['read the manual', 'READ&#32;the &#109;anual'],
            'curly apostrophe' => ["don't know", 'I don’t know.'],
            'apostrophe of the list' => ['don’t know', "We don't know"],
            'long dash' => ['это - ваша проблема', 'Это — ваша проблема'],
            'quotes' => ['"не баг"', 'Это «не баг», а так задумано'],
            'full stop behind' => ['не знаю', 'Не знаю.'],
            'sign within' => ['ну, извините', 'Ну, извините!'],
            'sign at the end' => ['и что?', 'И что?'],
            'first and last' => ['не знаю', 'не знаю'],
            'a word alone' => ['невозможно', 'Это невозможно, увы'],
            'of digits' => ['404', 'ошибка 404'],
        ];
    }

    /** @dataProvider unlike */
    public function testWhatIsNotThePhraseIsNotFound(string $phrase, string $body, string $format = 'html'): void
    {
        self::assertSame([], self::found([$phrase], $body, $format));
    }

    /** @return array<string, array{0: string, 1: string, 2?: string}> */
    public static function unlike(): array
    {
        return [
            'longer word behind' => ['не знаю', 'не знаюший'],
            'longer word before' => ['не знаю', 'мне знаю'],
            'letter with a sign behind' => ['не зна', "не зна\u{0301}"],
            'part of a word with a hyphen' => ['моему', 'по-моему, так'],
            'part of a word with an apostrophe' => ['don', "I don't know"],
            'two sentences' => ['не знаю что', 'Не знаю. Что ещё?'],
            'two paragraphs' => ['незнаю', '<p>не</p><p>знаю</p>'],
            'other order' => ['сами виноваты', 'виноваты сами'],
            'a word between' => ['сами виноваты', 'сами вы виноваты'],
            'an address of a link' => ['не знаю', '<a href="/не знаю">ссылка</a>'],
            'a comment' => ['не знаю', '<!-- не знаю --> всё'],
            'what the customer wrote' => ['не знаю', '<blockquote>я <blockquote>вы</blockquote> не знаю</blockquote> Понял вас'],
            'what the customer wrote, as text' => ['не знаю', "> не знаю\n  > не знаю\nПонял вас", 'text'],
            'style' => ['не знаю', '<style>не знаю</style> всё'],
            'nothing' => ['не знаю', ''],
            'an empty phrase' => [" \u{200B} ", 'не знаю'],
        ];
    }

    public function testEachPhraseIsToldOnceInTheOrderOfTheList(): void
    {
        $phrases = ['не знаю', 'сами виноваты', 'НЕ ЗНАЮ', 'не  знаю'];
        self::assertSame(['не знаю', 'сами виноваты'], self::found($phrases, 'Сами виноваты. Не знаю, не знаю!'));
    }

    public function testTheExcerptIsThePlaceAsItWasWritten(): void
    {
        $long = str_repeat('слово ', 40);
        [$one] = (new PhraseMatcher(['ещё раз']))->found(FlatText::of("<p>$long</p><p>Еще РАЗ: $long</p>", 'html', self::BYTES));
        self::assertMatchesRegularExpression('/^…(слово )+Еще РАЗ: (слово ?)+…$/u', $one['excerpt']);
        self::assertLessThan(140, mb_strlen($one['excerpt']));
        [$short] = (new PhraseMatcher(['не знаю']))->found('незнаюка, не знаюший, а я не знаю!');
        self::assertSame('незнаюка, не знаюший, а я не знаю!', $short['excerpt']);
        [$joined] = (new PhraseMatcher(['не знаю']))->found(str_repeat('й', 5000) . ' не знаю ' . str_repeat("\u{10FFFD}", 5000));
        self::assertStringContainsString('не знаю', $joined['excerpt']);
        self::assertLessThan(140, mb_strlen($joined['excerpt']));
    }

    public function testWhereAPhraseIsWrittenOtherwiseItStandsForItsPlace(): void
    {
        [$one] = (new PhraseMatcher(['ну, извините']))->found('Ну , извините');
        self::assertSame('ну, извините', $one['excerpt']);
    }

    public function testBrokenTextsAndListsBreakNothing(): void
    {
        self::assertSame(['не знаю'], self::found(["  не \n знаю ", "\xC3\xC3\xC3", "\0", '&<>"'], "\xC3\x28 не знаю \xFF\xFE\0"));
        self::assertSame(['.*', '(a+)+$', '[а-я'], self::found(['.*', '(a+)+$', '[а-я'], 'как .* и (a+)+$ и [а-я пишут', 'text'));
        self::assertSame([], self::found(['.*', '(a+)+b'], str_repeat('a', 5000)));
    }

    public function testTextsBeyondTheBoundAreCutAtALetter(): void
    {
        $text = FlatText::of(str_repeat('ж', 40000) . ' не знаю', 'text', self::BYTES);
        self::assertSame(self::BYTES, strlen($text));
        self::assertTrue(mb_check_encoding($text, 'UTF-8'));
        self::assertSame([], (new PhraseMatcher(['не знаю']))->found($text));
    }

    /** @dataProvider hostile */
    public function testHostileTextsTakeNoLongerThanOthers(string $body, float $atMost = 60.0): void
    {
        $phrases = array_map(static fn (int $i): string => str_repeat('а ', 1 + $i % 40) . 'б' . $i, range(1, 200));
        $matcher = new PhraseMatcher($phrases);
        $best = INF;
        for ($run = 0; $run < 5; $run++) {
            $began = hrtime(true);
            $matcher->found(FlatText::of($body, 'html', self::BYTES));
            $best = min($best, (hrtime(true) - $began) / 1e6);
        }
        self::assertLessThan($atMost, $best, 'milliseconds');
    }

    /** @return array<string, array{string}> */
    public static function hostile(): array
    {
        return [
            'one letter' => [str_repeat('а', 32000)],
            'one word' => [str_repeat('а ', 21000)],
            'signs' => [str_repeat('. ', 32000)],
            'signs and letters' => [str_repeat('а.', 21000)],
            'apostrophes' => [str_repeat("'-", 32000)],
            'tags that do not end' => [str_repeat('<blockquote ', 5400)],
            'quotes that do not end' => [str_repeat('<blockquote>', 5400)],
            'comments that do not end' => [str_repeat('<!--', 16000)],
            'scripts that do not end' => [str_repeat('<script>', 8000)],
            'brackets' => [str_repeat('<', 64000)],
            'entities' => [str_repeat('&nbsp;', 10000)],
            'no UTF-8' => [str_repeat("\xF0\x9F", 32000)],
            'ten times too long' => [str_repeat('слово не за словом ', 40000)],
        ];
    }

    public function testSixtyFourKibibytesAndTwoHundredPhrasesWhoseWordsAllStandInThem(): void
    {
        mt_srand(13);
        $words = array_map(static fn (int $i): string => strtr((string) $i, '0123456789', 'abcdefghij') . 'слово', range(1, 600));
        $text = '';
        while (strlen($text) < self::BYTES) {
            $text .= $words[mt_rand(0, 599)] . (mt_rand(0, 9) ? ' ' : ', ');
        }
        $phrases = array_map(
            static fn (): string => implode(' ', array_map(static fn (): string => $words[mt_rand(0, 599)], range(1, 3))),
            range(1, 200)
        );
        $matcher = new PhraseMatcher([...$phrases, 'стоит здесь']);
        $best = INF;
        for ($run = 0; $run < 20; $run++) {
            $began = hrtime(true);
            $found = $matcher->found(FlatText::of("стоит здесь $text", 'html', self::BYTES));
            $best = min($best, (hrtime(true) - $began) / 1e6);
        }
        self::assertContains('стоит здесь', array_column($found, 'phrase'));
        // About three here; a machine that does five things at once takes longer.
        self::assertLessThan(25, $best, 'milliseconds');
    }

    public function testOfAPublicationOnlyPhrasesAreTaken(): void
    {
        $published = [['language' => 'ru', 'phrase' => ' не знаю '], ['language' => '', 'phrase' => 'не знаю'], 'x', ['phrase' => 7],
            ['language' => 'en', 'phrase' => str_repeat('x', 101)], ['phrase' => ''], ['phrase' => "so\u{1F600}"], null];
        self::assertSame(['не знаю', "so\u{FFFD}"], KnownPhrases::read($published));
        self::assertCount(200, KnownPhrases::read(array_map(static fn (int $i): array => ['phrase' => "p$i"], range(1, 500))));
    }

    /** @param list<string> $phrases @return list<string> */
    private static function found(array $phrases, string $body, string $format = 'html'): array
    {
        $found = (new PhraseMatcher($phrases))->found(FlatText::of($body, $format, self::BYTES));
        return array_map(trim(...), array_column($found, 'phrase'));
    }
}
