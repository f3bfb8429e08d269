<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** What a publication says of customers and of phrases, checked: rows with every member that pages read, and no others of them. */
final class HoldingsBody
{
    private const MAX_ROWS = 500;
    private const MAX_PHRASES = 200;
    private const MAX_PHRASE = 100;

    /** What pages read of a row; "?" may be null. */
    private const ROWS = [
        'certificates' => ['customer' => 'text', 'name' => 'text', 'until' => 'date', 'days' => 'count', 'certificate' => 'text'],
        'entitlements' => ['customer' => 'text', 'name' => 'text', 'entitlement' => 'text', 'period' => 'text', 'used' => 'number',
            'left' => 'number', 'of' => 'number', 'unit' => 'text', 'paper' => 'text'],
        'versions' => ['customer' => 'text', 'name' => 'text', 'product' => 'text', 'version' => 'text', 'state' => 'state',
            'latest' => 'text'],
        'exceptions' => ['id' => 'text', 'customer' => 'text', 'name' => 'text', 'level' => 'text', 'reason' => 'text',
            'approver' => 'text', 'until' => '?date'],
        'obligations' => ['customer' => 'text', 'name' => 'text', 'title_ru' => 'text', 'title_en' => 'text', 'paper' => 'text',
            'period' => 'text', 'at_least' => 'count', 'kept' => '?count', 'state' => 'owed', 'due_at' => 'instant',
            'last_day' => 'date', 'calendar' => 'text'],
    ];

    /** Members that came later than their lists: without them a row is still whole. */
    private const LATER = ['certificates' => 'certificate', 'entitlements' => 'paper'];
    private const STATES = ['outdated', 'unreadable'];
    private const OWED = ['due', 'kept', 'missed', 'unknown'];

    /** Fills in what the bridge does not say: no rows, as many in all as there are. */
    public static function registry(\stdClass $registry): void
    {
        $registry->as_of ??= null;
        $registry->as_of === null || BodyShape::instant($registry->as_of, 'registry.as_of');
        $registry->more ??= new \stdClass();
        BodyShape::object($registry->more, 'registry.more');
        foreach (self::ROWS as $list => $members) {
            $registry->$list ??= [];
            foreach (BodyShape::items($registry->$list, "registry.$list", self::MAX_ROWS) as $index => $row) {
                self::row($row, $members, self::LATER[$list] ?? null, "registry.{$list}[$index]");
            }
            $registry->more->$list ??= count($registry->$list);
            BodyShape::count($registry->more->$list, "registry.more.$list");
        }
        foreach (['tracks', 'not_listed'] as $list) {
            $registry->$list ??= [];
            foreach (BodyShape::items($registry->$list, "registry.$list") as $index => $word) {
                BodyShape::text($word, "registry.{$list}[$index]");
            }
        }
    }

    public static function phrases(mixed $phrases): void
    {
        foreach (BodyShape::items($phrases, 'phrases', self::MAX_PHRASES) as $index => $one) {
            $one = BodyShape::object($one, "phrases[$index]");
            BodyShape::text($one->language ?? null, "phrases[$index].language", of: ['ru', 'en', '']);
            BodyShape::text($one->phrase ?? null, "phrases[$index].phrase", self::MAX_PHRASE);
            if (!preg_match('/[^\s\p{Z}]/u', $one->phrase)) {
                throw BodyShape::wrong("phrases[$index].phrase", 'is empty');
            }
        }
    }

    /** @param array<string, string> $members */
    private static function row(mixed $row, array $members, ?string $later, string $at): void
    {
        $row = BodyShape::object($row, $at);
        if ($later !== null) {
            $row->$later ??= '';
        }
        foreach ($members as $name => $kind) {
            $row->$name ??= null;
            match ($kind) {
                'text' => BodyShape::text($row->$name, "$at.$name"),
                'state' => BodyShape::text($row->$name, "$at.$name", of: self::STATES),
                'date' => BodyShape::date($row->$name, "$at.$name"),
                '?date' => $row->$name === null || BodyShape::date($row->$name, "$at.$name"),
                'number' => BodyShape::number($row->$name, "$at.$name"),
                'count' => BodyShape::count($row->$name, "$at.$name"),
                '?count' => $row->$name === null || BodyShape::count($row->$name, "$at.$name"),
                'owed' => BodyShape::text($row->$name, "$at.$name", of: self::OWED),
                'instant' => BodyShape::instant($row->$name, "$at.$name"),
            };
        }
    }
}
