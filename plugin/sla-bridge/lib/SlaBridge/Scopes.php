<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * Which API key may do what. One line a key in the plugin's configuration:
 *
 *     3: read, write
 *     4: read; departments=1,2     # sees these departments only
 */
final class Scopes
{
    public const ALL = ['read', 'write', 'setup', 'act'];

    /**
     * @return array{0: array<int, array{scopes: list<string>, departments: ?list<int>}>, 1: list<string>} grants, errors
     */
    public static function parse(string $text): array
    {
        $grants = $errors = [];
        foreach (preg_split('/\R/', $text) ?: [] as $index => $line) {
            $line = trim(preg_replace('/#.*/', '', $line) ?? '');
            if ($line === '') {
                continue;
            }
            $at = 'line ' . ($index + 1);
            if (!preg_match('/^(\d+)\s*:\s*([^;]*)(?:;\s*departments\s*=\s*(.*))?$/i', $line, $m) || (int) $m[1] === 0) {
                $errors[] = "$at: write \"KEY-ID: read, write, setup, act; departments=1,2\", not \"$line\"";
                continue;
            }
            $id = (int) $m[1];
            $scopes = array_values(array_filter(array_map(
                static fn (string $s): string => strtolower(trim($s)),
                explode(',', $m[2])
            )));
            foreach (array_diff($scopes, self::ALL) as $unknown) {
                $errors[] = "$at: no scope \"$unknown\"; there are " . implode(', ', self::ALL);
            }
            if (isset($grants[$id])) {
                $errors[] = "$at: key $id stands twice";
            }
            $departments = null;
            if (isset($m[3])) {
                $departments = [];
                foreach (explode(',', $m[3]) as $part) {
                    $part = trim($part);
                    if (!ctype_digit($part) || (int) $part === 0) {
                        $errors[] = "$at: \"$part\" is no department id";
                        continue;
                    }
                    $departments[] = (int) $part;
                }
            }
            $grants[$id] = ['scopes' => array_values(array_intersect(self::ALL, $scopes)), 'departments' => $departments];
        }
        // A configuration with a mistake must never grant more than was meant: then nobody gets anything.
        return [$errors ? [] : $grants, $errors];
    }
}
