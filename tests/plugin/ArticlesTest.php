<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Articles\ArticleList;
use SlaBridge\Articles\Matching;
use SlaBridge\Articles\WordForms;
use SlaBridge\Panel\Panel;
use SlaBridge\Panel\Words;

/** Which articles an agent is shown beside a ticket, and which not. */
final class ArticlesTest extends TestCase
{
    private const QUESTIONS = [
        'Как восстановить пароль?', 'Не печатается накладная: что проверить', 'Как настроить печать чеков на кассе',
        'Как обновить программу до новой версии', 'Ошибка подписи при отправке отчётности', 'Как продлить лицензию',
        'Установка сертификата электронной подписи', 'Как перенести базу на другой сервер', 'Почему не сходятся остатки на складе',
        'Подключение сканера штрихкодов', 'How to reset a password', 'Printing invoices on a network printer',
        'How to install the update', 'Exporting reports to Excel', 'VPN connection does not start', 'Как добавить нового сотрудника',
        'Настройка резервного копирования', 'Как сформировать акт сверки', 'Ввод начальных остатков', 'Как заказать доработку',
    ];

    /** @dataProvider fitting */
    public function testTheArticleThatAnswersIsTheFirst(string $subject, string $message, string $question): void
    {
        $found = array_column((new Matching($subject, $message))->best(self::articles()), 'question');
        self::assertSame($question, $found[0] ?? null);
        self::assertLessThanOrEqual(3, count($found));
    }

    /** @return list<array{string, string, string}> */
    public static function fitting(): array
    {
        return [
            ['Не печатаются накладные', 'С утра принтер молчит, помогите', 'Не печатается накладная: что проверить'],
            ['Забыл пароль', 'Не могу войти в программу', 'Как восстановить пароль?'],
            ['Лицензия закончилась', 'нужно продлить', 'Как продлить лицензию'],
            ['Сканер не читает штрихкод', 'Подключили новый', 'Подключение сканера штрихкодов'],
            ['Password', 'I forgot my password, please reset it', 'How to reset a password'],
            ['Printer prints no invoice', '', 'Printing invoices on a network printer'],
            ['Остатки', 'после инвентаризации на складе не сходятся остатки', 'Почему не сходятся остатки на складе'],
            ['Не обновляется', 'Пробую обновить программу, пишет ошибка 500', 'Как обновить программу до новой версии'],
            ['Отчет в налоговую', 'Не отправляется, ошибка подписи', 'Ошибка подписи при отправке отчётности'],
            ['Перенос базы', 'Купили новый сервер', 'Как перенести базу на другой сервер'],
            ['Вопрос', 'как перенести базу на сервер', 'Как перенести базу на другой сервер'],
            ['ЕЩЁ РАЗ ПРО НАСТРОЙКУ РЕЗЕРВНОГО КОПИРОВАНИЯ', '', 'Настройка резервного копирования'],
        ];
    }

    /** @dataProvider unlike */
    public function testWhereNothingFitsNothingIsShown(string $subject, string $message): void
    {
        self::assertSame([], (new Matching($subject, $message))->best(self::articles()));
    }

    /** @return list<array{string, string}> */
    public static function unlike(): array
    {
        return [
            ['Проблема', 'Здравствуйте! Программа выдаёт ошибку.'], ['Срочно! Помогите', 'ничего не работает'],
            ['Вопрос по зарплате', 'Как начислить отпускные сотруднику?'], ['Интернет', 'Роутер мигает, интернет не работает'],
            ['Cheap watches', 'Buy now'], ['', ''], ['!!!', '...'], ['не', 'на до по за'], ['1234567', '42'],
            ['Печаль', 'печальные события'], ['How do I', 'what is the'], ["\xC3\x28", "\0\0"],
        ];
    }

    public function testKeywordsCountWhereTheQuestionSaysItOtherwise(): void
    {
        $articles = [...self::articles(), ['id' => 99, 'question' => 'Что делать, если пусто на экране',
            'keywords' => 'монитор, чёрный экран; видеокарта', 'internal' => false]];
        self::assertSame([99], array_column((new Matching('Чёрный монитор', 'видеокарта новая'))->best($articles), 'id'));
        self::assertSame([99], array_column((new Matching('Монитор погас', ''))->best($articles), 'id'));
        self::assertSame([], (new Matching('Погасло', ''))->best($articles));
    }

    public function testARareWordWeighsMoreAndNoMoreThanThreeAreShown(): void
    {
        $articles = [];
        foreach (['Печать накладной', 'Печать этикеток', 'Печать ценников', 'Печать договоров', 'Печать актов'] as $id => $question) {
            $articles[] = ['id' => $id, 'question' => $question, 'keywords' => '', 'internal' => false];
        }
        $found = (new Matching('Печать ценников', ''))->best($articles);
        self::assertSame(2, $found[0]['id']);
        self::assertLessThanOrEqual(3, count($found));
        self::assertSame([], (new Matching('Печать', ''))->best($articles), 'a word of all of them tells none apart');
        self::assertSame([0], array_column((new Matching('Накладная', ''))->best(array_slice($articles, 0, 1)), 'id'));
    }

    /** @dataProvider forms */
    public function testFormsOfAWordAreOne(bool $same, string ...$words): void
    {
        foreach ($words as $word) {
            $articles = [['id' => 1, 'question' => $words[0], 'keywords' => '', 'internal' => false]];
            self::assertSame($same || $word === $words[0], (new Matching($word, ''))->best($articles) !== [], "$words[0], $word");
        }
    }

    /** @return list<array<bool|string>> */
    public static function forms(): array
    {
        return [
            [true, 'накладная', 'накладной', 'накладные', 'накладных', 'НАКЛАДНУЮ'], [true, 'печать', 'печати', 'печатается', 'печатать'],
            [true, 'отчёт', 'отчеты', 'отчётов', 'отчетность'], [true, 'обновление', 'обновить', 'обновили', 'обновляется'],
            [true, 'касса', 'кассы', 'касс', 'кассовый'], [true, 'база', 'базы', 'баз', 'базами'], [true, 'строка', 'строк', 'строки'],
            [true, 'printer', 'printers', 'printing', 'printed', 'print'], [true, 'company', 'companies'],
            [true, 'install', 'installation'],
            [false, 'печать', 'печаль'], [false, 'контакт', 'контракт'], [false, 'операция', 'оператор'], [false, 'клиент', 'клиника'],
            [false, 'form', 'format'], [false, 'цена', 'центр'],
        ];
    }

    public function testWordsAreThoseOfThreeLettersThatSaySomething(): void
    {
        self::assertSame(['егаис2', 'накладная', 'счет'], WordForms::of('ЕГАИС2, не на до: «накладная» — Счёт! счет, 404 a b'));
        self::assertSame(['помогите'], WordForms::of("Здравствуйте, помогите-ка... \xFF"));
    }

    public function testTitlesBecomeTextAndInternalOnesAreMarked(): void
    {
        $corpus = ['<script>q7x()</script>', '"><img src=x onerror=q7x()>', "q7x\0<b\0>\u{202E}", "q7x\xC3\x28<i>",
            '{opens}<svg onload=q7x()>', '&lt;script&gt;q7x&#60;b&#x3e;', "' onmouseover='q7x()", '<!--<script>q7x'];
        foreach ($corpus as $evil) {
            $article = ['id' => 7, 'question' => $evil, 'keywords' => $evil, 'internal' => true];
            $html = ArticleList::html(Words::in('ru'), [$article], '/scp/faq.php?id=');
            $document = new DOMDocument();
            self::assertTrue($document->loadXML("<div>$html</div>"));
            self::assertDoesNotMatchRegularExpression('~<(?:script|img|svg|b|i)\b|[\x00\x{202E}]~u', $html);
            self::assertStringContainsString('href="/scp/faq.php?id=7" target="_blank" rel="noopener"', $html);
            self::assertStringContainsString('внутренняя', $html);
        }
        $open = ArticleList::html(Words::in('en'), [['id' => 7, 'question' => 'x', 'keywords' => '', 'internal' => false]], '/');
        self::assertStringNotContainsString('sla-internal', $open);
        self::assertStringContainsString('Matching articles', $open);
        self::assertSame('', ArticleList::html(Words::in('en'), [], '/'));
    }

    public function testThePanelOnlyHoldsAPlaceForThem(): void
    {
        $place = '<section class="sla-part sla-articles" data-src="/scp/ajax.php/sla-bridge/articles/7" hidden></section>';
        foreach (['running', 'no rule'] as $name) {
            self::assertStringNotContainsString('sla-articles', Panel::html(PanelCases::view($name, 'ru')));
            $links = ['links' => ['articles' => '/scp/ajax.php/sla-bridge/articles/7']];
            self::assertSame(1, substr_count(Panel::html(PanelCases::view($name, 'ru', $links)), $place));
        }
    }

    public function testHostileTextsTakeNoLongerThanOthers(): void
    {
        $articles = [];
        for ($id = 0; $id < 300; $id++) {
            $question = self::QUESTIONS[$id % 20] . ' ' . self::QUESTIONS[$id * 7 % 20];
            $articles[] = ['id' => $id, 'question' => $question, 'keywords' => "k$id а$id", 'internal' => false];
        }
        $hostile = [str_repeat('а', 4000), str_repeat('ать', 1300), str_repeat('печать ', 300), str_repeat("аб\u{301}", 900),
            implode(' ', array_map(static fn (int $i): string => 'печат' . strtr((string) $i, '0123456789', 'абвгдежзик'), range(1, 300)))];
        foreach ($hostile as $text) {
            $best = INF;
            for ($run = 0; $run < 5; $run++) {
                $began = hrtime(true);
                (new Matching($text, $text))->best($articles);
                $best = min($best, (hrtime(true) - $began) / 1e6);
            }
            // About five here; fifteen is what an agent may be made to wait, and a busy machine takes longer.
            self::assertLessThan(60, $best, 'milliseconds');
        }
    }

    /** @return list<array{id: int, question: string, keywords: string, internal: bool}> */
    private static function articles(): array
    {
        return array_map(
            static fn (int $id, string $question): array => ['id' => $id, 'question' => $question, 'keywords' => ' ', 'internal' => false],
            array_keys(self::QUESTIONS),
            self::QUESTIONS
        );
    }
}
