<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Replies;

use SlaBridge\ApiError;

/** `replies.json`: the ready replies that come with the plugin. */
final class ReplyFile
{
    private const LANGUAGES = ['ru', 'en'];

    /** @var ?list<Reply> */
    private static ?array $shipped = null;

    /** Each reply in both languages, in the order of the file. @return list<Reply> */
    public static function shipped(): array
    {
        return self::$shipped ??= self::read(dirname(__DIR__, 3) . '/replies.json');
    }

    /** @return list<Reply> */
    public static function read(string $path): array
    {
        $content = is_file($path) && is_readable($path) ? file_get_contents($path) : false;
        $document = $content === false ? null : json_decode($content, true, 16);
        if (!is_array($document) || !is_array($document['replies'] ?? null)) {
            throw self::unusable('it is missing, not readable, or no JSON with a list of replies');
        }
        $replies = [];
        foreach ($document['replies'] as $raw) {
            array_push($replies, ...self::both($raw));
        }
        return $replies;
    }

    /** @return list<Reply> */
    private static function both(mixed $raw): array
    {
        // The key becomes part of a note of what was made, which is ASCII and short.
        $key = is_array($raw) ? ($raw['key'] ?? null) : null;
        if (!is_string($key) || !preg_match('/^[a-z][a-z_]{0,19}$/D', $key)) {
            throw self::unusable('a reply has no usable key');
        }
        $version = $raw['version'] ?? null;
        $states = $raw['states'] ?? null;
        if (!is_int($version) || !is_array($states) || array_filter($states, is_string(...)) !== $states) {
            throw self::unusable("$key lacks its version or its states");
        }
        $replies = [];
        foreach (self::LANGUAGES as $language) {
            $title = $raw['title'][$language] ?? null;
            $text = $raw['text'][$language] ?? null;
            if (!is_string($title) || $title === '' || !is_string($text) || $text === '') {
                throw self::unusable("$key lacks title or text in \"$language\"");
            }
            $replies[] = new Reply($key, $language, $version, $title, $text, array_values($states));
        }
        return $replies;
    }

    private static function unusable(string $why): ApiError
    {
        return new ApiError(
            500,
            'internal',
            "replies.json of the plugin cannot be used: $why",
            'Install the plugin again: sla-bridge plugin install.'
        );
    }
}
