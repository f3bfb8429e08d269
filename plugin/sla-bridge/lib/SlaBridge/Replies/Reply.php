<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Replies;

/** A ready reply in one language. */
final class Reply
{
    /**
     * @param string $key the same in both languages and in all versions
     * @param 'ru'|'en' $language
     * @param string $text HTML with osTicket's variables
     * @param list<string> $states of a ticket's clock in which the panel offers it
     */
    public function __construct(
        public readonly string $key,
        public readonly string $language,
        public readonly int $version,
        public readonly string $title,
        public readonly string $text,
        public readonly array $states
    ) {
    }

    /** `facts:ru` */
    public function name(): string
    {
        return "$this->key:$this->language";
    }

    /** As osTicket calls the language in its column. */
    public function locale(): string
    {
        return $this->language === 'ru' ? 'ru' : 'en_US';
    }

    public function digest(): string
    {
        return self::digestOf($this->title, $this->text);
    }

    /** Tells whether somebody edited a reply since it was written: what else it is digested from stands as `setup` makes it. */
    public static function digestOf(string $title, string $text, int $department = 0, bool $isEnabled = true, int $files = 0): string
    {
        // Saved unchanged, osTicket's editor leaves blanks between the elements.
        $plain = preg_replace('~>\s+<~', '><', str_replace('&nbsp;', "\u{a0}", trim($text)));
        return sha1(implode("\0", [$title, $plain, $department, (int) $isEnabled, $files]));
    }
}
