<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Instant;
use SlaBridge\Tickets\InvalidValue;

/** One action that the bridge offers, for a ticket or for none, checked by itself. Pure. */
final class Offer
{
    public const MOST = 20;
    public const MOST_LETTERS = 200;
    public const KINDS = ['note', 'reply', 'email', 'priority', 'status', 'department', 'assign', 'close'];
    private const MEMBERS = ['key', 'id', 'kind', 'params', 'not_before', 'not_after'];
    private const WORD = '/^[\x21-\x7E]{1,190}$/D';
    private const LONGEST_PARAMS = 65536;
    private const LONGEST_NAME = 255;
    private const MOST_RECIPIENTS = 20;
    /** Recipients that only a ticket has. */
    private const OF_A_TICKET = ['customer', 'assignee'];

    private function __construct(
        public readonly string $key,
        public readonly string $id,
        public readonly string $kind,
        public readonly string $params,
        public readonly int $notBefore,
        public readonly ?int $notAfter
    ) {
    }

    /** An item's actions, none where it brings no list. @return list<self> */
    public static function all(mixed $raw): array
    {
        return $raw === null ? [] : self::listed($raw, self::MOST);
    }

    /** Letters that belong to no ticket, each with addresses alone. @return list<self> */
    public static function letters(mixed $raw): array
    {
        $letters = self::listed($raw, self::MOST_LETTERS);
        foreach ($letters as $index => $letter) {
            $params = (array) json_decode($letter->params, true);
            $fault = match (true) {
                $letter->kind !== 'email' => "$letter->kind is done to a ticket, and here is none",
                (bool) array_intersect($params['to'], self::OF_A_TICKET) => '`to` names somebody of a ticket, and here is none',
                isset($params['needs']) => '`needs` names an action of a ticket, and here is none',
                default => null,
            };
            if ($fault !== null) {
                throw self::bad("action $index: $fault", 'Write the kind email, with e-mail addresses in `to`.');
            }
        }
        return $letters;
    }

    /** @return list<self> */
    private static function listed(mixed $raw, int $most): array
    {
        if (!is_array($raw) || count($raw) > $most) {
            throw self::bad("`actions` is no list of at most $most");
        }
        $offers = [];
        foreach (array_values($raw) as $index => $one) {
            $offer = self::read($one, $index);
            if (isset($offers[$offer->key])) {
                throw self::bad("action $index: the key stands twice");
            }
            $offers[$offer->key] = $offer;
        }
        return array_values($offers);
    }

    /** The id of what declares an action. */
    public static function isWord(mixed $value): bool
    {
        return is_string($value) && preg_match(self::WORD, $value) === 1;
    }

    private static function read(mixed $raw, int $index): self
    {
        if (!$raw instanceof \stdClass) {
            throw self::bad("action $index is no object");
        }
        foreach (array_keys((array) $raw) as $member) {
            if (!in_array($member, self::MEMBERS, true)) {
                throw self::bad("action $index: there is no `$member`");
            }
        }
        foreach (['key', 'id'] as $name) {
            if (!self::isWord($raw->$name ?? null)) {
                throw self::bad("action $index: `$name` is no word of at most 190 visible ASCII characters");
            }
        }
        if (!in_array($raw->kind ?? null, self::KINDS, true)) {
            throw self::bad("action $index: `kind` is none of " . implode(', ', self::KINDS));
        }
        $params = $raw->params ?? null;
        $fault = $params instanceof \stdClass ? self::fault($raw->kind, $params) : '`params` is no object';
        if ($fault !== null) {
            throw self::bad("action $index: $fault");
        }
        // osTicket's connection knows three-byte UTF-8 only: what is not ASCII is escaped.
        $json = (string) json_encode($params, JSON_UNESCAPED_SLASHES);
        if (strlen($json) > self::LONGEST_PARAMS) {
            throw self::bad("action $index: `params` exceeds 64 KiB");
        }
        $notAfter = $raw->not_after ?? null;
        return new self(
            $raw->key,
            $raw->id,
            $raw->kind,
            $json,
            self::instant($raw->not_before ?? null, "action $index: `not_before`"),
            $notAfter === null ? null : self::instant($notAfter, "action $index: `not_after`")
        );
    }

    /** What is wrong with params of this kind; null: nothing. */
    private static function fault(string $kind, \stdClass $params): ?string
    {
        $texts = match ($kind) {
            'note' => ['text'],
            'reply', 'email' => ['subject', 'text', 'html'],
            default => [],
        };
        $allowed = [...$texts, 'needs', ...match ($kind) {
            'note', 'reply' => [],
            'email' => ['to'],
            'assign' => ['agent', 'name'],
            default => ['name'],
        }];
        foreach (array_diff(array_keys((array) $params), $allowed) as $name) {
            return "`params` of $kind has no `$name`";
        }
        foreach ($texts as $name) {
            if (!self::isText($params->$name ?? null)) {
                return "`$name` is no text in `ru`, `en` or both";
            }
        }
        if (isset($params->needs) && !self::isWord($params->needs)) {
            return '`needs` is no key';
        }
        return match ($kind) {
            'note', 'reply' => null,
            'email' => self::isList($params->to ?? null) ? null : '`to` is no list of recipients',
            'assign' => self::isName($params->agent ?? null) !== self::isName($params->name ?? null)
                ? null : 'either `agent` or `name` says to whom',
            default => self::isName($params->name ?? null) ? null : '`name` is no name',
        };
    }

    private static function isText(mixed $value): bool
    {
        $texts = $value instanceof \stdClass ? (array) $value : [];
        return $texts && !array_diff(array_keys($texts), ['ru', 'en'])
            && !array_filter($texts, static fn (mixed $text): bool => !is_string($text) || $text === '');
    }

    private static function isList(mixed $value): bool
    {
        return is_array($value) && $value && count($value) <= self::MOST_RECIPIENTS
            && !array_filter($value, static fn (mixed $one): bool => !self::isName($one))
            && (count($value) === 1 || !in_array('customer', $value, true));
    }

    private static function isName(mixed $value): bool
    {
        return is_string($value) && trim($value) !== '' && mb_strlen($value) <= self::LONGEST_NAME;
    }

    private static function instant(mixed $value, string $what): int
    {
        return (is_string($value) ? Instant::toUnix($value) : null)
            ?? throw self::bad("$what is no instant like 2026-11-20T07:00:00Z");
    }

    private static function bad(string $message, string $hint = ''): InvalidValue
    {
        return new InvalidValue('bad_item', $message, $hint);
    }
}
