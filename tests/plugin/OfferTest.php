<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use SlaBridge\Actions\Offer;
use SlaBridge\Tickets\InvalidValue;

final class OfferTest extends TestCase
{
    private const LETTER = ['subject' => ['ru' => 'Срок'], 'text' => ['ru' => 'Скоро'], 'html' => ['ru' => '<p>Скоро</p>']];

    /** @param array<string, mixed> $params @param array<string, mixed> $changes @return array<string, mixed> */
    private static function action(string $kind, array $params, array $changes = []): array
    {
        return $changes + ['key' => 'one:ticket:1', 'id' => 'one', 'kind' => $kind, 'params' => $params,
            'not_before' => '2026-11-20T07:00:00Z', 'not_after' => null];
    }

    /** @param list<mixed> $actions @return list<Offer> */
    private static function read(mixed $actions): array
    {
        return Offer::all(json_decode((string) json_encode($actions)));
    }

    /** @dataProvider good */
    public function testWhatTheContractAllowsIsTaken(string $kind, array $params): void
    {
        [$offer] = self::read([self::action($kind, $params)]);
        self::assertSame([$kind, 'one:ticket:1', 1795158000], [$offer->kind, $offer->key, $offer->notBefore]);
        self::assertEquals($params, json_decode($offer->params, true));
        self::assertNull($offer->notAfter);
    }

    /** @return array<string, array{string, array<string, mixed>}> */
    public static function good(): array
    {
        return [
            'a note' => ['note', ['text' => ['ru' => 'Да', 'en' => 'Yes']]],
            'an answer' => ['reply', self::LETTER],
            'an answer that needs another one' => ['reply', self::LETTER + ['needs' => 'remind:ticket:1']],
            'a letter' => ['email', self::LETTER + ['to' => ['assignee', 'head@support.example']]],
            'a letter to the customer' => ['email', self::LETTER + ['to' => ['customer']]],
            'a priority' => ['priority', ['name' => 'High']],
            'a status' => ['status', ['name' => 'Ожидает ответа клиента']],
            'a department' => ['department', ['name' => 'Support']],
            'an agent' => ['assign', ['agent' => 'dana@lab.example']],
            'a team' => ['assign', ['name' => 'Level 2']],
            'a closing' => ['close', ['name' => 'Closed', 'needs' => 'remind:ticket:1']],
        ];
    }

    /** @dataProvider bad */
    public function testAnythingElseIsRefusedByItsPlace(mixed $actions, string $said): void
    {
        $this->expectException(InvalidValue::class);
        $this->expectExceptionMessage($said);
        self::read($actions);
    }

    /** @return array<string, array{mixed, string}> */
    public static function bad(): array
    {
        $note = ['text' => ['en' => 'Yes']];
        $one = static fn (string $kind, array $params, array $changes = []): array => [self::action($kind, $params, $changes)];
        return [
            'no list' => [['a' => 1], 'no list'],
            'one too many' => [array_fill(0, 21, self::action('note', $note)), 'no list'],
            'no object' => [[7], 'action 0 is no object'],
            'a key twice' => [[self::action('note', $note), self::action('note', $note)], 'action 1: the key stands twice'],
            'an unknown member' => [$one('note', $note, ['when' => 1]), 'no `when`'],
            'a key with a blank' => [$one('note', $note, ['key' => 'a b']), '`key`'],
            'a key that ends a line' => [$one('note', $note, ['key' => "a\n"]), '`key`'],
            'a Cyrillic id' => [$one('note', $note, ['id' => 'раз']), '`id`'],
            'too long a key' => [$one('note', $note, ['key' => str_repeat('a', 191)]), '`key`'],
            'an unknown kind' => [$one('delete', $note), '`kind`'],
            'an instant without a zone' => [$one('note', $note, ['not_before' => '2026-11-20T07:00:00']), '`not_before`'],
            'a day that there is none of' => [$one('note', $note, ['not_after' => '2026-02-30T07:00:00Z']), '`not_after`'],
            'no params' => [$one('note', [], ['params' => null]), '`params` is no object'],
            'params of another kind' => [$one('note', $note + ['to' => ['customer']]), 'note has no `to`'],
            'a third language' => [$one('note', ['text' => ['de' => 'Ja']]), '`text`'],
            'an empty text' => [$one('note', ['text' => ['en' => '']]), '`text`'],
            'a text of no language' => [$one('note', ['text' => 'Yes']), '`text`'],
            'a letter without HTML' => [$one('reply', array_diff_key(self::LETTER, ['html' => 1])), '`html`'],
            'nobody to write to' => [$one('email', self::LETTER + ['to' => []]), '`to`'],
            'the customer beside others' => [$one('email', self::LETTER + ['to' => ['customer', 'a@b.example']]), '`to`'],
            'no name' => [$one('close', ['needs' => 'a']), '`name`'],
            'a blank name' => [$one('status', ['name' => ' ']), '`name`'],
            'agent and name' => [$one('assign', ['agent' => 'a@b.example', 'name' => 'A']), 'either'],
            'nobody to give it to' => [$one('assign', ['needs' => 'a']), 'either'],
            'a need that is no key' => [$one('close', ['name' => 'Closed', 'needs' => ['a']]), '`needs`'],
            'a text without an end' => [$one('note', ['text' => ['en' => str_repeat('я', 12000)]]), '64 KiB'],
        ];
    }

    public function testLongCharactersArriveInTheDatabaseAsTheyWere(): void
    {
        [$offer] = self::read([self::action('note', ['text' => ['en' => "\u{1F600}"]])]);
        self::assertSame(1, preg_match('/^[\x20-\x7E]+$/D', $offer->params));
        self::assertSame("\u{1F600}", json_decode($offer->params, true)['text']['en']);
    }

    public function testALetterOfNoTicketHasAddressesAlone(): void
    {
        $to = ['to' => ['curator@support.example', 'head@support.example']];
        $all = array_map(
            static fn (int $n): array => self::action('email', self::LETTER + $to, ['key' => "visit:$n"]),
            range(1, 200)
        );
        self::assertCount(200, Offer::letters(json_decode((string) json_encode($all))));
        self::assertSame([], Offer::letters([]));
    }

    /** @dataProvider bound */
    public function testWhatCannotDoWithoutATicketIsRefusedByItsPlace(mixed $actions, string $said): void
    {
        $this->expectException(InvalidValue::class);
        $this->expectExceptionMessage($said);
        Offer::letters(json_decode((string) json_encode($actions)));
    }

    /** @return array<string, array{mixed, string}> */
    public static function bound(): array
    {
        $letter = static fn (array $params): array => self::action('email', $params + self::LETTER);
        $good = $letter(['to' => ['a@b.example']]);
        return [
            'no list' => [null, 'no list of at most 200'],
            'one too many' => [array_fill(0, 201, $good), 'no list of at most 200'],
            'a key twice' => [[$good, $good], 'action 1: the key stands twice'],
            'another kind' => [[$good, self::action('reply', self::LETTER, ['key' => 'b'])], 'action 1: reply is done to a ticket'],
            'the customer' => [[$letter(['to' => ['customer']])], 'action 0: `to` names somebody of a ticket'],
            'the assignee beside others' => [[$letter(['to' => ['a@b.example', 'assignee']])], 'action 0: `to` names somebody of a ticket'],
            'a need' => [[$letter(['to' => ['a@b.example'], 'needs' => 'a'])], 'action 0: `needs` names an action of a ticket'],
            'what is no action' => [[$good, 7], 'action 1 is no object'],
        ];
    }

    public function testNoActionsAreNone(): void
    {
        self::assertSame([], Offer::all(null));
        self::assertSame([], Offer::all([]));
    }
}
